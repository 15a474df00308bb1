package io.socketgateway.server.routing;

import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a session.
 *
 * @param sessionId the gateway's name for the session
 * @param clientId the client's name, given or assigned
 * @param identity whom the credentials name; null if anonymous
 * @param transport {@code tcp}, {@code tls}, {@code udp}, {@code websocket}, {@code unix} or {@code quic}
 * @param remoteAddress host and port of the client
 */
public record Caller(
        String sessionId, String clientId, @Nullable String identity, String transport, String remoteAddress) {}
