/* idle: connections that have greeted, and then only keep themselves alive. */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#define EVENTS 256
#define PING_SECONDS 22.0 /* three quarters of 30 s */

static long resident_bytes(void) {
    if (options.collect && system(options.collect) != 0) die("failed: %s", options.collect);
    char name[64], line[256];
    snprintf(name, sizeof name, "/proc/%d/status", options.pid);
    FILE *file = fopen(name, "r");
    if (!file) die("there is no process %d", options.pid);
    long kibibytes = 0;
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "VmRSS: %ld kB", &kibibytes) == 1) break;
    }
    fclose(file);
    return kibibytes * 1024;
}

void run_idle(void) {
    const struct protocol *protocol = protocol_named(options.protocol);
    long before = resident_bytes();
    struct connection *connections = calloc((size_t)options.connections, sizeof *connections);
    for (int i = 0; i < options.connections; i++) {
        connect_to_server(&connections[i], i, SOCK_STREAM, 0);
        if (protocol->greet) {
            protocol->greet(&connections[i]);
            await_ready(&connections[i], protocol, 1);
        }
        free(connections[i].in.bytes); /* thousands of them would be ours alone */
        memset(&connections[i].in, 0, sizeof connections[i].in);
        connection_watch(&connections[i]);
    }
    long after = resident_bytes();
    if (protocol->ping) timer_start(options.connections / PING_SECONDS);
    int next = 0;
    uint64_t now = now_nanos();
    measure_start(now);
    while (measure_phase(now, 0) != OVER) {
        struct epoll_event events[EVENTS];
        int count = epoll_wait(epoll, events, EVENTS, 50);
        now = now_nanos();
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            if (!connection) {
                timer_read();
                protocol->ping(&connections[next]);
                connection_flush(&connections[next]);
                next = (next + 1) % options.connections;
            } else if (connection_fill(connection)) {
                connection->in.start = connection->in.end;
                free(connection->in.bytes);
                memset(&connection->in, 0, sizeof connection->in);
            }
        }
    }
    double seconds = (double)(measure.ended - measure.begun) / 1e9;

    /* What the server does by itself: for a while nobody sends anything, and nobody is silent for too long yet. */
    uint64_t quiet_nanos = (uint64_t)(options.seconds / 3 * 1e9), quiet_begun = now_nanos(), quiet_cpu = server_cpu_nanos();
    struct timespec quiet = {(time_t)(quiet_nanos / 1000000000u), (long)(quiet_nanos % 1000000000u)};
    while (nanosleep(&quiet, &quiet) != 0) {}
    double quiet_percent =
        (double)(server_cpu_nanos() - quiet_cpu) / (double)(now_nanos() - quiet_begun) * 100;
    printf("{\"work\":\"idle\",\"protocol\":\"%s\",\"connections\":%d,\"seconds\":%.3f,\"bytesPerConnection\":%.0f,"
           "\"cpuPercent\":%.3f,\"quietCpuPercent\":%.3f,\"errors\":%llu}\n",
           options.protocol, options.connections, seconds, (double)(after - before) / options.connections,
           (double)measure.server_cpu / 1e7 / seconds, quiet_percent, (unsigned long long)measure.errors);
}
