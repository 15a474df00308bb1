/* udp: requests by datagrams, one in each, plain or in sessions of the gateway. */
#define _GNU_SOURCE /* memmem */
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define EVENTS 64
#define WINDOW 256 /* ids from the oldest that is unanswered to the newest, SPEC 3.8.3 */
#define REPEAT_NANOS 200000000ull
#define LONGEST 2048
#define IN_SESSION 0x01

static bool in_session;
static uint64_t under_way;
static uint64_t repeated; /* in the whole run */

static ssize_t exchange(struct connection *connection, const char *hello, char *answer) {
    uint8_t datagram[512];
    size_t length = strlen(hello);
    memset(datagram, ' ', sizeof datagram);
    put32(datagram, (uint32_t)(6 + length + 64)); /* spaces pad a HELLO */
    memcpy(datagram + 4, "\x01\x00\x00\x00\x00\x01", 6);
    memcpy(datagram + 10, hello, length);
    send(connection->fd, datagram, 10 + length + 64, 0);
    ssize_t received;
    do { /* the port may have been that of a session which the server still sends to */
        received = recv(connection->fd, answer, LONGEST - 1, 0);
    } while (received > 0 && answer[0] == IN_SESSION);
    if (received < 10) die("no answer to HELLO: %s", strerror(errno));
    answer[received] = 0;
    return received;
}

/* HELLO, CHALLENGE, HELLO with the cookie, WELCOME with the token. */
static void greet(struct connection *connection) {
    char answer[LONGEST], hello[256];
    ssize_t length = exchange(connection, "{}", answer);
    snprintf(hello, sizeof hello, "{\"cookie\":\"%.*s\"}", (int)(length - 10), answer + 10);
    length = exchange(connection, hello, answer);
    static const char member[] = "\"datagramToken\":\"";
    const char *token = memmem(answer, (size_t)length, member, sizeof member - 1);
    if (!token) die("no token in WELCOME: %s", answer + 10);
    for (int i = 0; i < 8; i++) {
        unsigned int byte;
        sscanf(token + sizeof member - 1 + 2 * i, "%2x", &byte);
        connection->token[i] = (uint8_t)byte;
    }
}

static void send_one(struct connection *connection, uint32_t number, uint64_t time) {
    uint8_t datagram[LONGEST + 64];
    size_t at = 0, subject = strlen(options.subject);
    if (in_session) {
        datagram[at++] = IN_SESSION;
        memcpy(datagram + at, connection->token, 8);
        at += 8;
        put32(datagram + at, (uint32_t)(6 + 2 + subject + (size_t)options.payload));
        datagram[at + 4] = 0x10;
        datagram[at + 5] = 0;
        put32(datagram + at + 6, number);
        datagram[at + 10] = (uint8_t)(subject >> 8);
        datagram[at + 11] = (uint8_t)subject;
        memcpy(datagram + at + 12, options.subject, subject);
        at += 12 + subject;
    }
    payload_write(datagram + at, number, time);
    if (send(connection->fd, datagram, at + (size_t)options.payload, 0) < 0 && errno != EAGAIN) {
        die("send: %s", strerror(errno)); /* what the system could not take is sent again like what was lost */
    }
}

static void ask_more(struct connection *connection, uint64_t now) {
    while (connection->under_way < (uint32_t)options.depth) {
        uint32_t *slot = pending_slot(connection, connection->next);
        if (*slot != 0) return; /* the window is full: the oldest must be answered first */
        *slot = connection->next;
        connection->pending_times[connection->next % WINDOW] = now;
        connection->repeat_times[connection->next % WINDOW] = now;
        send_one(connection, connection->next++, now);
        connection->under_way++;
        under_way++;
    }
}

/* Datagrams get lost; what is unanswered for so long goes again, as it was. */
static void repeat(struct connection *connection, uint64_t now) {
    for (uint32_t i = 0; i < WINDOW && connection->under_way > 0; i++) {
        uint32_t number = *pending_slot(connection, i);
        if (number != 0 && now - connection->repeat_times[i] > REPEAT_NANOS) {
            send_one(connection, number, connection->pending_times[i]);
            connection->repeat_times[i] = now;
            repeated++;
            if (measure.phase == MEASURING) measure.repeated++;
        }
    }
}

static void answered(struct connection *connection, const uint8_t *payload, size_t length, uint64_t now) {
    uint64_t number, since;
    if (!payload_read(payload, length, &number, &since)) {
        measure_error("the payload is not what was sent");
        return;
    }
    uint32_t *slot = pending_slot(connection, (uint32_t)number);
    if (*slot != number) {
        if (repeated == 0) measure_error("an answer to nothing that was asked");
        return; /* else the answer to a repeat */
    }
    *slot = 0;
    connection->under_way--;
    under_way--;
    measure_message(now, since);
}

static void take(struct connection *connection, uint64_t now) {
    uint8_t datagram[LONGEST];
    for (int i = 0; i < options.depth; i++) {
        ssize_t length = recv(connection->fd, datagram, sizeof datagram, MSG_DONTWAIT);
        if (length < 0) break;
        if (!in_session) {
            answered(connection, datagram, (size_t)length, now);
            continue;
        }
        if (length < 9 || datagram[0] != IN_SESSION || memcmp(datagram + 1, connection->token, 8) != 0) {
            measure_error("a datagram that is not of the session");
            continue;
        }
        for (size_t at = 9; at + 10 <= (size_t)length;) {
            size_t body = read32(datagram + at);
            if (body < 6 || at + 4 + body > (size_t)length) {
                measure_error("a malformed datagram");
                break;
            }
            int type = datagram[at + 4];
            if (type == 0x11) answered(connection, datagram + at + 10, body - 6, now);
            else if (type != 0x15) measure_error("not the answer that was wanted"); /* ACK is for repeats */
            at += 4 + body;
        }
    }
}

void run_datagram(void) {
    in_session = strcmp(options.protocol, "gateway") == 0;
    if (options.payload > 1024) die("--payload: at most 1024 bytes by datagrams");
    if (options.depth < 1 || options.depth > WINDOW / 2) die("--depth: from 1 to %d", WINDOW / 2);
    struct connection *connections = calloc((size_t)options.connections, sizeof *connections);
    for (int i = 0; i < options.connections; i++) {
        connect_to_server(&connections[i], i, SOCK_DGRAM, 4 << 20);
        if (in_session) greet(&connections[i]);
        pending_init(&connections[i], WINDOW);
        connections[i].pending_times = calloc(WINDOW, sizeof(uint64_t));
        connections[i].repeat_times = calloc(WINDOW, sizeof(uint64_t));
        connection_watch(&connections[i]);
    }
    uint64_t now = now_nanos();
    uint64_t swept = now;
    measure_start(now);
    for (int i = 0; i < options.connections; i++) ask_more(&connections[i], now);
    while (measure_phase(now, under_way) != OVER) {
        struct epoll_event events[EVENTS];
        int count = epoll_wait(epoll, events, EVENTS, 20);
        now = now_nanos();
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            take(connection, now);
            if (measure.phase != DRAINING) ask_more(connection, now);
        }
        if (now - swept > REPEAT_NANOS / 10) {
            swept = now;
            for (int i = 0; i < options.connections; i++) repeat(&connections[i], now);
        }
    }
    measure_report();
}
