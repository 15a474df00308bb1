/*
 * load: puts load on a message server from one thread (epoll, non-blocking sockets), and tells what it cost the server.
 *
 *   load.c       command line
 *   measure.c    clock, CPU times, latencies, the phases of a run, the result
 *   payload.c    payloads that can be checked on arrival
 *   protocol.c   how requests, answers and messages look in each protocol
 *   connection.c sockets and their buffers
 *   stream.c     request, routed, fanout
 *   datagram.c   udp
 *   idle.c       connections that do nothing
 */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- what is asked for ---- */

struct options {
    const char *work;
    const char *protocol;
    int port;
    int pid;          /* of the server */
    int connections;  /* that ask, or subscribe, or idle */
    int depth;        /* requests under way on each; publications under way; 0: open loop */
    double rate;      /* of the open loop, messages per second over all connections */
    int payload;      /* bytes */
    double warmup;    /* seconds */
    double seconds;
    const char *subject;
    int workers;      /* routed: connections that answer */
    int stalled;      /* fanout: further subscribers that read nothing */
    int others;       /* fanout: further subscriptions that match nothing */
    const char *collect; /* idle: a command that has the server let go of what it does not need */
};

extern struct options options;

_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- measure.c ---- */

enum phase { WARMING, MEASURING, DRAINING, OVER };

struct measure {
    enum phase phase;
    uint64_t begun, ended; /* the measured interval */
    uint64_t messages;     /* answered or delivered in it */
    uint64_t errors;       /* in the whole run */
    uint64_t repeated;     /* datagrams sent again, in the interval */
    uint64_t server_cpu, own_cpu;
};

extern struct measure measure;

uint64_t now_nanos(void);
uint64_t server_cpu_nanos(void);
uint64_t own_cpu_nanos(void);
void measure_start(uint64_t now);
/* Goes on to the next phase when its time has come. Nothing new is sent once DRAINING; OVER when nothing is under way. */
enum phase measure_phase(uint64_t now, uint64_t under_way);
void measure_message(uint64_t now, uint64_t since);
void measure_error(const char *what);
void measure_report(void);

/* ---- payload.c: 16 hex digits of a number, 16 of a time, and a pattern that depends on the number ---- */

#define PAYLOAD_LEAST 32
#define PAYLOAD_MOST (64 * 1024)

void payload_write(uint8_t *to, uint64_t number, uint64_t time);
/* Whether it is as long as it should be, and its pattern that of its number. */
bool payload_read(const uint8_t *from, size_t length, uint64_t *number, uint64_t *time);

/* ---- connection.c ---- */

struct buffer {
    uint8_t *bytes;
    size_t start, end, capacity;
};

uint8_t *buffer_reserve(struct buffer *buffer, size_t length);

enum role { REQUESTER, WORKER, PUBLISHER, SUBSCRIBER, STALLED };

struct connection {
    int fd;
    int index;
    enum role role;
    struct buffer in, out;
    bool writing;          /* the system takes no more for now */
    uint32_t next;         /* number of the next request */
    uint32_t under_way;
    uint32_t *pending;     /* the numbers of requests under way, each at its remainder; 0: none */
    uint64_t *pending_times; /* datagrams: when each was sent first */
    uint64_t *repeat_times;  /* datagrams: when each was sent last */
    uint64_t received;     /* fanout: number of the latest message */
    uint8_t token[8];      /* of a datagram session */
};

extern int epoll;

void connect_to_server(struct connection *connection, int index, int type, int receive_buffer);
void connection_append(struct connection *connection, const void *bytes, size_t length);
void connection_print(struct connection *connection, const char *format, ...) __attribute__((format(printf, 2, 3)));
void connection_flush(struct connection *connection);
void connection_watch(struct connection *connection);
/* Reads what has come; false if there was nothing. */
bool connection_fill(struct connection *connection);
void connection_blocking(struct connection *connection, bool blocking);
/* Arms the timer of an open loop; connection_timer() is its descriptor in the epoll set, with a null pointer. */
void timer_start(double rate);
void timer_read(void);
uint32_t *pending_slot(struct connection *connection, uint32_t number);
uint32_t pending_slots(const struct connection *connection);
void pending_init(struct connection *connection, uint32_t size);

/* ---- protocol.c ---- */

enum kind { NOTHING, READY, ANSWER, ASKED, MESSAGE, FAULT };

struct event {
    enum kind kind;
    uint32_t id;            /* of the frame, 0 if it has none */
    const uint8_t *payload;
    size_t length;
    const uint8_t *reply;   /* NATS: where the answer goes */
    size_t reply_length;
};

struct protocol {
    const char *name;
    void (*greet)(struct connection *);                           /* is answered by READY, unless null */
    void (*request)(struct connection *, uint32_t number, uint64_t time);
    void (*answer)(struct connection *, const struct event *);
    void (*serve)(struct connection *);                           /* is answered by READY */
    void (*subscribe)(struct connection *, uint32_t id, const char *subject); /* is answered by READY */
    void (*publish)(struct connection *, uint64_t number, uint64_t time);
    void (*ping)(struct connection *);
    /* Takes one event from the bytes; returns how many it took, 0 if it is not whole yet. */
    size_t (*parse)(struct connection *, const uint8_t *, size_t, struct event *);
};

const struct protocol *protocol_named(const char *name);
/* Greets, or sends what the caller has appended, and waits for so many READY. */
void await_ready(struct connection *connection, const struct protocol *protocol, int count);

void put32(uint8_t *to, uint32_t value);
uint32_t read32(const uint8_t *from);

/* The first numbers are kept for greetings and subscriptions. */
#define FIRST_NUMBER 16

/* ---- works ---- */

void run_stream(void);
void run_datagram(void);
void run_idle(void);

#endif
