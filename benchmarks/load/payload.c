/* Payloads of letters and digits, so that they are text in every protocol, that can be checked on arrival. */
#include "load.h"

#include <string.h>

#define PERIOD 61 /* a prime, so that a payload which is shifted or of another number shows */

static uint8_t pattern[PAYLOAD_MOST + PERIOD];

static void write_hex(uint8_t *to, uint64_t value) {
    for (int i = 15; i >= 0; i--, value >>= 4) to[i] = (uint8_t)"0123456789abcdef"[value & 15];
}

static bool read_hex(const uint8_t *from, uint64_t *value) {
    uint64_t read = 0;
    for (int i = 0; i < 16; i++) {
        uint8_t c = from[i];
        if (c >= '0' && c <= '9') read = read << 4 | (uint64_t)(c - '0');
        else if (c >= 'a' && c <= 'f') read = read << 4 | (uint64_t)(c - 'a' + 10);
        else return false;
    }
    *value = read;
    return true;
}

static const uint8_t *pattern_of(uint64_t number) {
    if (!pattern[0]) {
        static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        for (size_t i = 0; i < sizeof pattern; i++) pattern[i] = (uint8_t)letters[i % PERIOD];
    }
    return pattern + number % PERIOD;
}

void payload_write(uint8_t *to, uint64_t number, uint64_t time) {
    write_hex(to, number);
    write_hex(to + 16, time);
    memcpy(to + 32, pattern_of(number), (size_t)options.payload - 32);
}

bool payload_read(const uint8_t *from, size_t length, uint64_t *number, uint64_t *time) {
    return length == (size_t)options.payload && read_hex(from, number) && read_hex(from + 16, time)
        && memcmp(from + 32, pattern_of(*number), length - 32) == 0;
}
