/* How requests, answers and messages look in each protocol: as little of it as the works need. */
#define _GNU_SOURCE /* memmem */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GREETING_ID = 1, SERVICE_ID = 2 };

void put32(uint8_t *to, uint32_t value) {
    to[0] = (uint8_t)(value >> 24);
    to[1] = (uint8_t)(value >> 16);
    to[2] = (uint8_t)(value >> 8);
    to[3] = (uint8_t)value;
}

uint32_t read32(const uint8_t *from) {
    return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

static void append_payload(struct connection *connection, uint64_t number, uint64_t time) {
    payload_write(buffer_reserve(&connection->out, (size_t)options.payload), number, time);
    connection->out.end += (size_t)options.payload;
}

/* As the gateway and MQTT write one: size:u16, bytes. */
static void append_string(struct connection *connection, const char *text) {
    size_t length = strlen(text);
    uint8_t head[2] = {(uint8_t)(length >> 8), (uint8_t)length};
    connection_append(connection, head, 2);
    connection_append(connection, text, length);
}

void await_ready(struct connection *connection, const struct protocol *protocol, int count) {
    connection_flush(connection);
    while (count > 0) {
        struct event event = {0};
        struct buffer *in = &connection->in;
        size_t taken = protocol->parse(connection, in->bytes + in->start, in->end - in->start, &event);
        in->start += taken;
        if (taken == 0) {
            connection_fill(connection);
        } else if (event.kind == READY) {
            count--;
        } else if (event.kind != NOTHING) {
            char text[200] = "";
            size_t length = 0;
            for (size_t i = 0; i < event.length && length < sizeof text - 1; i++) {
                if (event.payload[i] >= ' ' && event.payload[i] < 127) text[length++] = (char)event.payload[i];
            }
            die("connection %d: refused: %s", connection->index, text);
        }
    }
    connection_flush(connection);
}

/* ---- plain: length:u32, payload ---- */

static void plain_request(struct connection *connection, uint32_t number, uint64_t time) {
    uint8_t length[4];
    put32(length, (uint32_t)options.payload);
    connection_append(connection, length, 4);
    append_payload(connection, number, time);
}

static void plain_ping(struct connection *connection) {
    connection_append(connection, "\0\0\0", 4); /* an empty frame, which is echoed */
}

static size_t plain_parse(struct connection *connection, const uint8_t *bytes, size_t length, struct event *event) {
    (void)connection;
    if (length < 4) return 0;
    size_t body = read32(bytes);
    if (length - 4 < body) return 0;
    *event = (struct event){.kind = ANSWER, .payload = bytes + 4, .length = body};
    return 4 + body;
}

/* ---- Socket Gateway, binary form: length:u32, type, flags, id:u32, fields ---- */

enum { HELLO = 0x01, WELCOME, PING, PONG, REQUEST = 0x10, RESPONSE, ERROR, PUBLISH = 0x18, SUBSCRIBE, MESSAGE_FRAME = 0x1B, SERVE };
enum { CONFIRM = 0x40, HEADERS = 0x01, DEADLINE = 0x08, CREDIT = 0x10 };

static void gateway_head(struct connection *connection, size_t rest, int type, int flags, uint32_t id) {
    uint8_t head[10];
    put32(head, (uint32_t)(6 + rest));
    head[4] = (uint8_t)type;
    head[5] = (uint8_t)flags;
    put32(head + 6, id);
    connection_append(connection, head, sizeof head);
}

static void gateway_greet(struct connection *connection) {
    gateway_head(connection, 2, HELLO, 0, GREETING_ID);
    connection_append(connection, "{}", 2);
}

static void gateway_request(struct connection *connection, uint32_t number, uint64_t time) {
    gateway_head(connection, 2 + strlen(options.subject) + (size_t)options.payload, REQUEST, 0, number);
    append_string(connection, options.subject);
    append_payload(connection, number, time);
}

static void gateway_answer(struct connection *connection, const struct event *event) {
    gateway_head(connection, event->length, RESPONSE, 0, event->id);
    connection_append(connection, event->payload, event->length);
}

static void gateway_enlist(struct connection *connection, int type, uint32_t id, const char *subject) {
    gateway_head(connection, 4 + strlen(subject), type, CONFIRM, id);
    append_string(connection, subject);
    append_string(connection, "");
}

static void gateway_serve(struct connection *connection) {
    gateway_enlist(connection, SERVE, SERVICE_ID, options.subject);
}

static void gateway_subscribe(struct connection *connection, uint32_t id, const char *subject) {
    gateway_enlist(connection, SUBSCRIBE, id, subject);
}

static void gateway_publish(struct connection *connection, uint64_t number, uint64_t time) {
    gateway_head(connection, 2 + strlen(options.subject) + (size_t)options.payload, PUBLISH, 0, 0);
    append_string(connection, options.subject);
    append_payload(connection, number, time);
}

static void gateway_ping(struct connection *connection) {
    gateway_head(connection, 0, PING, 0, connection->next++);
}

static size_t gateway_parse(struct connection *connection, const uint8_t *bytes, size_t length, struct event *event) {
    (void)connection;
    if (length < 4) return 0;
    size_t body = read32(bytes);
    if (length - 4 < body) return 0;
    const uint8_t *at = bytes + 10, *end = bytes + 4 + body;
    int type = bytes[4], flags = bytes[5];
    event->kind = FAULT;
    if (body >= 6) {
        event->id = read32(bytes + 6);
        switch (type) {
            case WELCOME:
            case PONG:
                event->kind = READY;
                break;
            case RESPONSE:
                event->kind = at == end ? READY : ANSWER;
                break;
            case REQUEST:
            case MESSAGE_FRAME:
                event->kind = type == REQUEST ? ASKED : MESSAGE;
                at += 2 + ((size_t)at[0] << 8 | at[1]);
                if (type == REQUEST && flags & DEADLINE) at += 4;
                if (type == REQUEST && flags & CREDIT) at += 4;
                break;
        }
        if (flags & HEADERS || at > end) event->kind = FAULT; /* nobody here sends any */
    }
    event->payload = at;
    event->length = at > end ? 0 : (size_t)(end - at);
    return 4 + body;
}

/* ---- Socket Gateway, JSON form ---- */

static void json_frame(struct connection *connection, size_t body) {
    uint8_t length[4];
    put32(length, (uint32_t)body);
    connection_append(connection, length, 4);
}

static void json_greet(struct connection *connection) {
    static const char hello[] = "{\"type\":\"hello\",\"id\":1}";
    json_frame(connection, sizeof hello - 1);
    connection_append(connection, hello, sizeof hello - 1);
}

static void json_request(struct connection *connection, uint32_t number, uint64_t time) {
    char head[400];
    int length = snprintf(head, sizeof head, "{\"type\":\"request\",\"id\":%u,\"subject\":\"%s\",\"text\":\"", number,
                          options.subject);
    json_frame(connection, (size_t)length + (size_t)options.payload + 2);
    connection_append(connection, head, (size_t)length);
    append_payload(connection, number, time);
    connection_append(connection, "\"}", 2);
}

static size_t json_parse(struct connection *connection, const uint8_t *bytes, size_t length, struct event *event) {
    static const char welcome[] = "{\"type\":\"welcome\"", response[] = "{\"type\":\"response\",\"id\":";
    static const char text[] = ",\"text\":\"";
    (void)connection;
    if (length < 4) return 0;
    size_t body = read32(bytes);
    if (length - 4 < body) return 0;
    const uint8_t *at = bytes + 4, *end = at + body;
    *event = (struct event){.kind = FAULT, .payload = at, .length = body};
    if (body > sizeof welcome && memcmp(at, welcome, sizeof welcome - 1) == 0) {
        event->kind = READY;
    } else if (body > 64 && memcmp(at, response, sizeof response - 1) == 0) {
        for (at += sizeof response - 1; at < end && *at >= '0' && *at <= '9'; at++) {
            event->id = event->id * 10 + (uint32_t)(*at - '0');
        }
        if (memcmp(at, text, sizeof text - 1) == 0 && end[-1] == '}' && end[-2] == '"') {
            event->kind = ANSWER;
            event->payload = at + sizeof text - 1;
            event->length = (size_t)(end - 2 - event->payload);
        }
    }
    return 4 + body;
}

/* ---- NATS core: lines, and the payload behind those that have one ---- */

enum { NATS_OWN = 1, NATS_INBOX = 2 }; /* subscription ids */

static void nats_greet(struct connection *connection) {
    connection_print(connection, "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nSUB _I.%d.* %d\r\nPING\r\n",
                     connection->index, NATS_INBOX);
}

static void nats_request(struct connection *connection, uint32_t number, uint64_t time) {
    connection_print(connection, "PUB %s _I.%d.%u %d\r\n", options.subject, connection->index, number, options.payload);
    append_payload(connection, number, time);
    connection_append(connection, "\r\n", 2);
}

static void nats_answer(struct connection *connection, const struct event *event) {
    connection_print(connection, "PUB %.*s %zu\r\n", (int)event->reply_length, (const char *)event->reply, event->length);
    connection_append(connection, event->payload, event->length);
    connection_append(connection, "\r\n", 2);
}

static void nats_serve(struct connection *connection) {
    connection_print(connection, "SUB %s bench %d\r\nPING\r\n", options.subject, NATS_OWN);
}

static void nats_subscribe(struct connection *connection, uint32_t id, const char *subject) {
    connection_print(connection, "SUB %s %u\r\nPING\r\n", subject, id == SERVICE_ID ? NATS_OWN : id + NATS_INBOX);
}

static void nats_publish(struct connection *connection, uint64_t number, uint64_t time) {
    connection_print(connection, "PUB %s %d\r\n", options.subject, options.payload);
    append_payload(connection, number, time);
    connection_append(connection, "\r\n", 2);
}

/* MSG subject sid [reply] bytes */
static size_t nats_message(const uint8_t *line, const uint8_t *end, size_t available, struct event *event) {
    const uint8_t *word[6], *at = line;
    int words = 0;
    while (at < end && words < 6) {
        word[words++] = at;
        while (at < end && *at != ' ') at++;
        at++;
    }
    size_t head = (size_t)(end - line) + 2;
    event->kind = FAULT;
    if (words != 4 && words != 5) return head;
    size_t bytes = strtoul((const char *)word[words - 1], NULL, 10);
    if (available < head + bytes + 2) return 0;
    event->payload = line + head;
    event->length = bytes;
    if (words == 5) {
        event->reply = word[3];
        event->reply_length = (size_t)(word[4] - word[3] - 1);
    }
    event->kind = *word[2] == '0' + NATS_INBOX ? ANSWER : words == 5 ? ASKED : MESSAGE;
    return head + bytes + 2;
}

static size_t nats_parse(struct connection *connection, const uint8_t *bytes, size_t length, struct event *event) {
    const uint8_t *end = memmem(bytes, length, "\r\n", 2);
    if (!end) return 0;
    size_t line = (size_t)(end - bytes) + 2;
    switch (bytes[0] | bytes[1] << 8) {
        case 'M' | 'S' << 8:
            return nats_message(bytes, end, length, event);
        case 'P' | 'O' << 8:
            event->kind = READY;
            return line;
        case 'P' | 'I' << 8:
            connection_append(connection, "PONG\r\n", 6);
            return line;
        case 'I' | 'N' << 8:
        case '+' | 'O' << 8:
            return line;
    }
    *event = (struct event){.kind = FAULT, .payload = bytes, .length = line};
    return line;
}

/* ---- MQTT 3.1.1, quality of service 0 ---- */

static void mqtt_head(struct connection *connection, int type, size_t rest) {
    uint8_t head[5] = {(uint8_t)type};
    size_t length = 1;
    do {
        head[length++] = (uint8_t)((rest & 127) | (rest > 127 ? 128 : 0));
        rest >>= 7;
    } while (rest > 0);
    connection_append(connection, head, length);
}

static void mqtt_greet(struct connection *connection) {
    static const uint8_t protocol[] = {0, 4, 'M', 'Q', 'T', 'T', 4, 2 /* clean session */, 0, 0 /* no keep-alive */};
    char name[24];
    int length = snprintf(name, sizeof name, "load-%d", connection->index);
    mqtt_head(connection, 0x10, sizeof protocol + 2 + (size_t)length);
    connection_append(connection, protocol, sizeof protocol);
    append_string(connection, name);
}

static void mqtt_subscribe(struct connection *connection, uint32_t id, const char *subject) {
    uint8_t packet[2] = {0, (uint8_t)id};
    mqtt_head(connection, 0x82, 2 + 2 + strlen(subject) + 1);
    connection_append(connection, packet, 2);
    append_string(connection, subject);
    connection_append(connection, "", 1); /* quality of service 0 */
}

static void mqtt_publish(struct connection *connection, uint64_t number, uint64_t time) {
    mqtt_head(connection, 0x30, 2 + strlen(options.subject) + (size_t)options.payload);
    append_string(connection, options.subject);
    append_payload(connection, number, time);
}

static size_t mqtt_parse(struct connection *connection, const uint8_t *bytes, size_t length, struct event *event) {
    (void)connection;
    size_t rest = 0, at = 1;
    for (int shift = 0;; shift += 7) {
        if (at >= length || at > 4) return 0;
        rest |= (size_t)(bytes[at] & 127) << shift;
        if (bytes[at++] < 128) break;
    }
    if (length - at < rest) return 0;
    switch (bytes[0] & 0xF0) {
        case 0x20: /* CONNACK, SUBACK: the last byte is the code, and 0 is success */
        case 0x90:
            event->kind = bytes[at + rest - 1] == 0 ? READY : FAULT;
            break;
        case 0x30: {
            size_t topic = 2 + ((size_t)bytes[at] << 8 | bytes[at + 1]);
            *event = (struct event){.kind = MESSAGE, .payload = bytes + at + topic, .length = rest - topic};
            break;
        }
        default:
            event->kind = FAULT;
    }
    return at + rest;
}

/* ---- RSocket 1.0 over TCP: length:u24, stream:u32, type in 6 bits and flags in 10, fields ---- */

enum { RSOCKET_SETUP = 0x01, RSOCKET_KEEPALIVE = 0x03, RSOCKET_REQUEST = 0x04, RSOCKET_PAYLOAD = 0x0A };
enum { RSOCKET_RESPOND = 0x80, RSOCKET_COMPLETE = 0x40, RSOCKET_NEXT = 0x20 };

static void rsocket_head(struct connection *connection, size_t rest, uint32_t stream, int type, int flags) {
    uint8_t head[9];
    put32(head, (uint32_t)(6 + rest) << 8);
    put32(head + 3, stream);
    head[7] = (uint8_t)(type << 2 | flags >> 8);
    head[8] = (uint8_t)flags;
    connection_append(connection, head, sizeof head);
}

static void rsocket_keep_alive(struct connection *connection, int flags) {
    static const uint8_t position[8];
    rsocket_head(connection, sizeof position, 0, RSOCKET_KEEPALIVE, flags);
    connection_append(connection, position, sizeof position);
}

/* SETUP has no answer, and a KEEPALIVE that asks for one does: it tells that the connection is accepted. */
static void rsocket_greet(struct connection *connection) {
    static const uint8_t version_and_times[12] = {0, 1, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF}; /* keep-alive: never */
    static const char type[] = "application/octet-stream";
    uint8_t type_length = sizeof type - 1;
    rsocket_head(connection, sizeof version_and_times + 2 * (size_t)(1 + type_length), 0, RSOCKET_SETUP, 0);
    connection_append(connection, version_and_times, sizeof version_and_times);
    for (int i = 0; i < 2; i++) { /* of metadata and of data */
        connection_append(connection, &type_length, 1);
        connection_append(connection, type, type_length);
    }
    rsocket_keep_alive(connection, RSOCKET_RESPOND);
}

/* A client's streams have odd numbers. */
static void rsocket_request(struct connection *connection, uint32_t number, uint64_t time) {
    rsocket_head(connection, (size_t)options.payload, 2 * number + 1, RSOCKET_REQUEST, 0);
    append_payload(connection, number, time);
}

static size_t rsocket_parse(struct connection *connection, const uint8_t *bytes, size_t length, struct event *event) {
    if (length < 3) return 0;
    size_t body = (size_t)bytes[0] << 16 | (size_t)bytes[1] << 8 | bytes[2];
    if (length - 3 < body) return 0;
    *event = (struct event){.kind = FAULT, .payload = bytes + 9, .length = body > 6 ? body - 6 : 0};
    if (body < 6) return 3 + body;
    uint32_t stream = read32(bytes + 3);
    int type = bytes[7] >> 2, flags = (bytes[7] & 3) << 8 | bytes[8];
    if (type == RSOCKET_PAYLOAD && flags == (RSOCKET_NEXT | RSOCKET_COMPLETE)) { /* whole, without metadata */
        event->kind = ANSWER;
        event->id = stream >> 1;
    } else if (type == RSOCKET_KEEPALIVE) {
        event->kind = flags & RSOCKET_RESPOND ? NOTHING : READY;
        if (flags & RSOCKET_RESPOND) rsocket_keep_alive(connection, 0);
    }
    return 3 + body;
}

static const struct protocol protocols[] = {
    {.name = "plain", .request = plain_request, .ping = plain_ping, .parse = plain_parse},
    {
        .name = "gateway",
        .greet = gateway_greet,
        .request = gateway_request,
        .answer = gateway_answer,
        .serve = gateway_serve,
        .subscribe = gateway_subscribe,
        .publish = gateway_publish,
        .ping = gateway_ping,
        .parse = gateway_parse,
    },
    {.name = "gateway-json", .greet = json_greet, .request = json_request, .parse = json_parse},
    {
        .name = "nats",
        .greet = nats_greet,
        .request = nats_request,
        .answer = nats_answer,
        .serve = nats_serve,
        .subscribe = nats_subscribe,
        .publish = nats_publish,
        .parse = nats_parse,
    },
    {.name = "rsocket", .greet = rsocket_greet, .request = rsocket_request, .parse = rsocket_parse},
    {.name = "mqtt", .greet = mqtt_greet, .subscribe = mqtt_subscribe, .publish = mqtt_publish, .parse = mqtt_parse},
};

const struct protocol *protocol_named(const char *name) {
    for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++) {
        if (strcmp(protocols[i].name, name) == 0) return &protocols[i];
    }
    die("no such protocol: %s", name);
}
