/* Clock, CPU times, latencies, the phases of a run, the result. */
#include "load.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define SECOND 1000000000ull
#define DRAIN_NANOS (10 * SECOND) /* for what is under way at the end to be answered */

struct measure measure;

/* Latencies: for each power of two 32 buckets, so a value is known to some 3 %. */
#define STEPS 32
static uint64_t buckets[64 * STEPS];
static uint64_t warm_until, measure_until, drain_until;

uint64_t now_nanos(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_nsec;
}

/* User and system time of the server's process: the same as /proc/PID/stat has, but not in steps of 10 ms. */
uint64_t server_cpu_nanos(void) {
    clockid_t clock;
    struct timespec time;
    if (clock_getcpuclockid(options.pid, &clock) != 0 || clock_gettime(clock, &time) != 0) {
        die("there is no process %d", options.pid);
    }
    return (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_nsec;
}

uint64_t own_cpu_nanos(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_nsec;
}

void measure_start(uint64_t now) {
    warm_until = now + (uint64_t)(options.warmup * 1e9);
    measure_until = warm_until + (uint64_t)(options.seconds * 1e9);
    drain_until = measure_until + DRAIN_NANOS;
}

enum phase measure_phase(uint64_t now, uint64_t under_way) {
    if (measure.phase == WARMING && now >= warm_until) {
        measure.phase = MEASURING;
        measure.begun = now;
        measure.server_cpu = server_cpu_nanos();
        measure.own_cpu = own_cpu_nanos();
    } else if (measure.phase == MEASURING && now >= measure_until) {
        measure.phase = DRAINING;
        measure.ended = now;
        measure.server_cpu = server_cpu_nanos() - measure.server_cpu;
        measure.own_cpu = own_cpu_nanos() - measure.own_cpu;
    }
    if (measure.phase == DRAINING && (under_way == 0 || now >= drain_until)) {
        measure.phase = OVER;
        measure.errors += under_way; /* what never came */
        if (under_way > 0) fprintf(stderr, "load: %llu never answered\n", (unsigned long long)under_way);
    }
    return measure.phase;
}

static int bucket_of(uint64_t nanos) {
    if (nanos < STEPS) return (int)nanos;
    int power = 63 - __builtin_clzll(nanos);
    return (power - 4) * STEPS + (int)((nanos >> (power - 5)) - STEPS);
}

static double bucket_micros(int bucket) {
    if (bucket < STEPS) return bucket / 1e3;
    int power = bucket / STEPS + 4;
    double step = (double)(1ull << (power - 5));
    return ((STEPS + bucket % STEPS) * step + step / 2) / 1e3;
}

void measure_message(uint64_t now, uint64_t since) {
    if (measure.phase == MEASURING) {
        measure.messages++;
        buckets[bucket_of(now > since ? now - since : 0)]++;
    }
}

void measure_error(const char *what) {
    if (measure.errors++ < 5) fprintf(stderr, "load: %s\n", what);
}

static double quantile_micros(double quantile) {
    uint64_t sought = (uint64_t)(quantile * (double)measure.messages), seen = 0;
    for (int i = 0; i < 64 * STEPS; i++) {
        seen += buckets[i];
        if (seen > sought) return bucket_micros(i);
    }
    return 0;
}

void measure_report(void) {
    double seconds = (double)(measure.ended - measure.begun) / 1e9;
    double messages = measure.messages ? (double)measure.messages : 1;
    printf("{\"work\":\"%s\",\"protocol\":\"%s\",\"connections\":%d,\"depth\":%d,\"rate\":%.0f,\"payload\":%d,"
           "\"seconds\":%.3f,\"messages\":%llu,\"messagesPerSecond\":%.0f,\"serverCpuMicros\":%.4f,"
           "\"loadCpuMicros\":%.4f,\"p50Micros\":%.1f,\"p99Micros\":%.1f,\"repeated\":%llu,\"errors\":%llu}\n",
           options.work, options.protocol, options.connections, options.depth, options.rate, options.payload, seconds,
           (unsigned long long)measure.messages, (double)measure.messages / seconds,
           (double)measure.server_cpu / 1e3 / messages, (double)measure.own_cpu / 1e3 / messages, quantile_micros(0.5),
           quantile_micros(0.99), (unsigned long long)measure.repeated, (unsigned long long)measure.errors);
}
