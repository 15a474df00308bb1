/* The command line. */
#include "load.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

struct options options = {
    .connections = 16,
    .depth = 64,
    .payload = 128,
    .warmup = 1.5,
    .seconds = 3,
    .subject = "gateway.echo",
    .workers = 2,
};

static const char usage[] =
    "usage: load WORK PROTOCOL --port PORT --pid PID [OPTION VALUE]...\n"
    "  request  plain | gateway | gateway-json | nats | rsocket   asks --connections x --depth at a time, or --rate a second\n"
    "  routed   gateway | nats                             the same, answered by --workers connections of this process\n"
    "  fanout   gateway | nats | mqtt                      one publishes to --connections subscribers\n"
    "  udp      plain | gateway                            asks by datagrams\n"
    "  idle     gateway | plain                            --connections do nothing\n"
    "  --payload BYTES  --subject SUBJECT  --warmup SECONDS  --seconds SECONDS\n"
    "  --stalled N  --others N      fanout: subscribers that read nothing, subscriptions that match nothing\n"
    "  --collect COMMAND            idle: run before memory is measured\n"
    "Prints one JSON object. CPU is that of the process PID, user and system, over the measured interval.\n";

void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("load: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

static void parse_option(const char *name, const char *value) {
    struct {
        const char *name;
        int *number;
        double *real;
        const char **text;
    } known[] = {
        {"--port", &options.port, NULL, NULL},
        {"--pid", &options.pid, NULL, NULL},
        {"--connections", &options.connections, NULL, NULL},
        {"--depth", &options.depth, NULL, NULL},
        {"--payload", &options.payload, NULL, NULL},
        {"--workers", &options.workers, NULL, NULL},
        {"--stalled", &options.stalled, NULL, NULL},
        {"--others", &options.others, NULL, NULL},
        {"--rate", NULL, &options.rate, NULL},
        {"--warmup", NULL, &options.warmup, NULL},
        {"--seconds", NULL, &options.seconds, NULL},
        {"--subject", NULL, NULL, &options.subject},
        {"--collect", NULL, NULL, &options.collect},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(name, known[i].name) == 0) {
            if (known[i].number) *known[i].number = atoi(value);
            else if (known[i].real) *known[i].real = atof(value);
            else *known[i].text = value;
            return;
        }
    }
    die("unknown option %s\n%s", name, usage);
}

int main(int count, char **arguments) {
    if (count < 3) {
        fputs(usage, stderr);
        return 2;
    }
    options.work = arguments[1];
    options.protocol = arguments[2];
    for (int i = 3; i < count; i += 2) {
        if (i + 1 == count) die("%s needs a value", arguments[i]);
        parse_option(arguments[i], arguments[i + 1]);
    }
    if (options.payload < PAYLOAD_LEAST || options.payload > PAYLOAD_MOST) {
        die("--payload: from %d to %d bytes", PAYLOAD_LEAST, PAYLOAD_MOST);
    }
    if (options.connections < 1 || options.port < 1 || options.pid < 1) die("--port, --pid, --connections: at least 1");
    if (options.rate > 0) options.depth = 0;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    if (strcmp(options.work, "udp") == 0) run_datagram();
    else if (strcmp(options.work, "idle") == 0) run_idle();
    else run_stream();
    return measure.errors == 0 ? 0 : 3;
}
