package io.socketgateway.server.service;

import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import io.socketgateway.server.routing.Caller;

/**
 * A request to a service inside the gateway.
 *
 * @param subject what was asked for
 * @param remainingMillis how long an answer is still wanted, at least 1
 * @param caller who asks
 */
public record ServiceRequest(Subject subject, Headers headers, Payload payload, long remainingMillis, Caller caller) {}
