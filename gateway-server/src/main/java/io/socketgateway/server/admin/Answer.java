package io.socketgateway.server.admin;

import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * What is said to a request.
 *
 * @param status the status
 * @param contentType what kind of text it is
 * @param text the body
 */
record Answer(HttpResponseStatus status, String contentType, String text) {

    /** A line for people, and for scripts that look for a word. */
    static Answer of(HttpResponseStatus status, String line) {
        return new Answer(status, "text/plain; charset=utf-8", line + "\n");
    }
}
