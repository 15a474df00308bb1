package io.socketgateway.protocol;

/** What carries the frames (SPEC section 1). */
public enum Carrier {
    /** An ordered, reliable stream of bytes: TCP, TLS, a Unix socket, a QUIC stream. */
    STREAM,
    /** Datagrams that may be lost, repeated or reordered: UDP. */
    DATAGRAM
}
