/* Sockets and their buffers. */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define READ_BYTES (64 * 1024)

int epoll = -1;
static int timer = -1;

uint8_t *buffer_reserve(struct buffer *buffer, size_t length) {
    if (buffer->start == buffer->end) buffer->start = buffer->end = 0;
    if (buffer->end + length > buffer->capacity && buffer->start > 0) {
        memmove(buffer->bytes, buffer->bytes + buffer->start, buffer->end - buffer->start);
        buffer->end -= buffer->start;
        buffer->start = 0;
    }
    if (buffer->end + length > buffer->capacity) {
        buffer->capacity = 2 * buffer->capacity + length;
        buffer->bytes = realloc(buffer->bytes, buffer->capacity);
        if (!buffer->bytes) die("out of memory");
    }
    return buffer->bytes + buffer->end;
}

static void watch(struct connection *connection, int operation) {
    struct epoll_event event = {.data.ptr = connection};
    event.events = EPOLLIN | (connection->writing ? EPOLLOUT : 0);
    if (epoll_ctl(epoll, operation, connection->fd, &event) < 0) die("epoll: %s", strerror(errno));
}

void connect_to_server(struct connection *connection, int index, int type, int receive_buffer) {
    if (epoll < 0) epoll = epoll_create1(0);
    connection->index = index;
    connection->next = FIRST_NUMBER;
    connection->fd = socket(AF_INET, type, 0);
    if (connection->fd < 0) die("socket %d: %s", index, strerror(errno));
    if (receive_buffer > 0) {
        setsockopt(connection->fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options.port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(connection->fd, (void *)&address, sizeof address) < 0) die("connect %d: %s", index, strerror(errno));
    int yes = 1;
    if (type == SOCK_STREAM) setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

void connection_blocking(struct connection *connection, bool blocking) {
    fcntl(connection->fd, F_SETFL, blocking ? 0 : O_NONBLOCK);
}

void connection_watch(struct connection *connection) {
    connection_blocking(connection, false);
    watch(connection, EPOLL_CTL_ADD);
}

void connection_append(struct connection *connection, const void *bytes, size_t length) {
    memcpy(buffer_reserve(&connection->out, length), bytes, length);
    connection->out.end += length;
}

void connection_print(struct connection *connection, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    uint8_t *to = buffer_reserve(&connection->out, 512);
    connection->out.end += (size_t)vsnprintf((char *)to, 512, format, arguments);
    va_end(arguments);
}

void connection_flush(struct connection *connection) {
    struct buffer *out = &connection->out;
    while (out->start < out->end) {
        ssize_t written = send(connection->fd, out->bytes + out->start, out->end - out->start, MSG_NOSIGNAL);
        if (written < 0) {
            if (errno != EAGAIN) die("connection %d: write: %s", connection->index, strerror(errno));
            break;
        }
        out->start += (size_t)written;
    }
    bool writing = out->start < out->end;
    if (writing != connection->writing) {
        connection->writing = writing;
        watch(connection, EPOLL_CTL_MOD);
    }
}

bool connection_fill(struct connection *connection) {
    uint8_t *to = buffer_reserve(&connection->in, READ_BYTES);
    ssize_t length = read(connection->fd, to, READ_BYTES);
    if (length < 0 && errno == EAGAIN) return false;
    if (length <= 0) die("connection %d: the server has closed it%s", connection->index, length < 0 ? " (reset)" : "");
    connection->in.end += (size_t)length;
    return true;
}

void timer_start(double rate) {
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    long interval = (long)(1e9 / rate);
    struct itimerspec every = {.it_interval = {interval / 1000000000, interval % 1000000000}};
    every.it_value = every.it_interval;
    timerfd_settime(timer, 0, &every, NULL);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(epoll, EPOLL_CTL_ADD, timer, &event);
}

void timer_read(void) {
    uint64_t times;
    if (read(timer, &times, sizeof times) < 0 && errno != EAGAIN) die("timer: %s", strerror(errno));
}

void pending_init(struct connection *connection, uint32_t size) {
    connection->pending = calloc((size_t)size + 1, sizeof(uint32_t));
    if (!connection->pending) die("out of memory");
    connection->pending[0] = size; /* a power of two; the slots follow */
}

uint32_t pending_slots(const struct connection *connection) {
    return connection->pending[0];
}

uint32_t *pending_slot(struct connection *connection, uint32_t number) {
    return connection->pending + 1 + (number & (connection->pending[0] - 1));
}
