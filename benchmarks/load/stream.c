/* request, routed and fanout over streams. */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define EVENTS 256
#define MOST_IDLE_MILLIS 50
#define SUBSCRIPTIONS_EACH 1000 /* as many as a gateway grants a session */
#define UNREAD_BUFFER_BYTES 4096
#define PUBLICATIONS 4096 /* under way at most; a power of two */

static const struct protocol *protocol;
static struct connection *connections; /* those that load: requesters, or the publisher and the subscribers */
static struct connection *workers;
static uint64_t under_way;
static uint64_t next_due; /* of the open loop */
static int next_connection;

/* fanout: how many subscribers have not got each publication yet */
static uint32_t missing[PUBLICATIONS];
static uint64_t published = FIRST_NUMBER - 1;

static bool is_sending(void) {
    return measure.phase == WARMING || measure.phase == MEASURING;
}

static struct connection *join(struct connection *connection, int index, enum role role, int receive_buffer) {
    connect_to_server(connection, index, SOCK_STREAM, receive_buffer);
    connection->role = role;
    if (protocol->greet) {
        protocol->greet(connection);
        await_ready(connection, protocol, 1);
    }
    return connection;
}

static struct connection *allocate(int count) {
    struct connection *made = calloc((size_t)count, sizeof *made);
    if (!made) die("out of memory");
    return made;
}

/* ---- requests ---- */

/* Numbers whose slot is held by a slow one are passed over: with several workers answers come in any order. */
static void ask(struct connection *connection, uint64_t time) {
    if (connection->under_way == pending_slots(connection)) {
        measure_error("too many are under way: the server does not keep up");
        return;
    }
    while (*pending_slot(connection, connection->next) != 0) connection->next++;
    uint32_t number = connection->next++;
    *pending_slot(connection, number) = number;
    connection->under_way++;
    under_way++;
    protocol->request(connection, number, time);
}

static void answered(struct connection *connection, const struct event *event, uint64_t now) {
    uint64_t number, since;
    if (!payload_read(event->payload, event->length, &number, &since)) {
        measure_error("the payload is not what was sent");
        return;
    }
    uint32_t *slot = pending_slot(connection, (uint32_t)number);
    if (*slot != number || (event->id != 0 && event->id != number)) {
        measure_error("an answer to nothing that was asked");
        return;
    }
    *slot = 0;
    connection->under_way--;
    under_way--;
    measure_message(now, since);
    if (options.depth > 0 && is_sending()) ask(connection, now);
}

static void open_requesters(int first_index) {
    uint32_t slots = options.depth == 0 ? (options.connections > 1000 ? 256 : 4096) : 64;
    while (slots < 8 * (uint32_t)options.depth) slots *= 2;
    connections = allocate(options.connections);
    for (int i = 0; i < options.connections; i++) {
        pending_init(join(&connections[i], first_index + i, REQUESTER, 0), slots);
        connection_watch(&connections[i]);
    }
}

static void open_workers(void) {
    workers = allocate(options.workers);
    for (int i = 0; i < options.workers; i++) {
        protocol->serve(join(&workers[i], i, WORKER, 0));
        await_ready(&workers[i], protocol, 1);
        connection_watch(&workers[i]);
    }
}

/* ---- publications ---- */

static void open_bystanders(void) {
    int sessions = (options.others + SUBSCRIPTIONS_EACH - 1) / SUBSCRIPTIONS_EACH;
    struct connection *bystanders = allocate(sessions > 0 ? sessions : 1);
    for (int i = 0, left = options.others; i < sessions; i++) {
        join(&bystanders[i], 100000 + i, STALLED, 0);
        int count = left < SUBSCRIPTIONS_EACH ? left : SUBSCRIPTIONS_EACH;
        for (int k = 0; k < count; k++, left--) {
            char subject[64];
            snprintf(subject, sizeof subject, "bystander.%d.%d", i, k);
            protocol->subscribe(&bystanders[i], (uint32_t)(FIRST_NUMBER + k), subject);
        }
        await_ready(&bystanders[i], protocol, count);
    }
}

static void open_audience(void) {
    open_bystanders();
    int all = 1 + options.connections + options.stalled;
    connections = allocate(all);
    join(&connections[0], 0, PUBLISHER, 0);
    connection_watch(&connections[0]);
    for (int i = 1; i < all; i++) {
        bool stalled = i > options.connections;
        struct connection *subscriber = &connections[i];
        join(subscriber, i, stalled ? STALLED : SUBSCRIBER, stalled ? UNREAD_BUFFER_BYTES : 0);
        subscriber->received = published;
        protocol->subscribe(subscriber, 2, options.subject);
        await_ready(subscriber, protocol, 1);
        if (!stalled) connection_watch(subscriber);
    }
}

static void publish(uint64_t time) {
    uint32_t *left = &missing[++published % PUBLICATIONS];
    if (*left != 0) measure_error("messages are missing, or too many are under way");
    else under_way++;
    *left = (uint32_t)options.connections;
    protocol->publish(&connections[0], published, time);
}

/* Each subscriber gets each publication once, in order. */
static void delivered(struct connection *subscriber, const struct event *event, uint64_t now) {
    uint64_t number, since;
    if (!payload_read(event->payload, event->length, &number, &since)) {
        measure_error("the payload is not what was published");
        return;
    }
    if (number != subscriber->received + 1) measure_error("a message is missing, or came twice");
    subscriber->received = number;
    measure_message(now, since);
    uint32_t *left = &missing[number % PUBLICATIONS];
    if (*left > 0 && --*left == 0) under_way--;
}

/* ---- the loop ---- */

static void take(struct connection *connection, uint64_t now) {
    if (!connection_fill(connection)) return;
    struct buffer *in = &connection->in;
    for (;;) {
        struct event event = {0};
        size_t taken = protocol->parse(connection, in->bytes + in->start, in->end - in->start, &event);
        if (taken == 0) break;
        if (event.kind == ANSWER && connection->role == REQUESTER) answered(connection, &event, now);
        else if (event.kind == MESSAGE && connection->role == SUBSCRIBER) delivered(connection, &event, now);
        else if (event.kind == ASKED && connection->role == WORKER) protocol->answer(connection, &event);
        else if (event.kind != NOTHING && event.kind != READY) measure_error("an error, or not the answer that was wanted");
        in->start += taken;
    }
}

/* What is due by now goes out, each with the time when it was due: a server that is late makes all of them late. */
static void send_due(uint64_t now) {
    uint64_t interval = (uint64_t)(1e9 / options.rate);
    for (; next_due <= now; next_due += interval) {
        if (connections[0].role == PUBLISHER) {
            publish(next_due);
            connection_flush(&connections[0]);
        } else {
            struct connection *connection = &connections[next_connection];
            next_connection = (next_connection + 1) % options.connections;
            ask(connection, next_due);
            connection_flush(connection);
        }
    }
}

static void begin(uint64_t now) {
    if (options.depth == 0) {
        next_due = now;
        timer_start(options.rate);
    } else if (connections[0].role == REQUESTER) {
        for (int i = 0; i < options.connections; i++) {
            for (int k = 0; k < options.depth; k++) ask(&connections[i], now);
            connection_flush(&connections[i]);
        }
    }
}

void run_stream(void) {
    protocol = protocol_named(options.protocol);
    if (options.depth == 0 && options.rate <= 0) die("--depth or --rate: more than 0");
    if (strcmp(options.work, "request") == 0) {
        if (!protocol->request) die("%s has no requests", protocol->name);
        open_requesters(0);
    } else if (strcmp(options.work, "routed") == 0) {
        if (!protocol->serve) die("%s has no workers", protocol->name);
        open_workers();
        open_requesters(options.workers);
    } else if (strcmp(options.work, "fanout") == 0) {
        if (!protocol->publish) die("%s does not publish", protocol->name);
        if (options.depth > PUBLICATIONS / 2) die("--depth: at most %d", PUBLICATIONS / 2);
        open_audience();
    } else {
        die("no such work: %s", options.work);
    }
    uint64_t now = now_nanos();
    measure_start(now);
    begin(now);
    while (measure_phase(now, under_way) != OVER) {
        if (connections[0].role == PUBLISHER && options.depth > 0 && is_sending()) {
            while (under_way < (uint64_t)options.depth) publish(now);
            connection_flush(&connections[0]);
        }
        struct epoll_event events[EVENTS];
        int count = epoll_wait(epoll, events, EVENTS, MOST_IDLE_MILLIS);
        now = now_nanos();
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            if (!connection) {
                timer_read();
                continue;
            }
            if (events[i].events & ~(uint32_t)EPOLLOUT) take(connection, now);
            connection_flush(connection);
        }
        if (options.depth == 0 && is_sending()) send_due(now);
    }
    measure_report();
}
