/**
 * Sessions over datagrams: the envelope, the cookie before there is a session, tokens and addresses after. To routing they
 * are sessions like any other. Each endpoint, and each connection of it, belongs to one event loop.
 */
@NullMarked
package io.socketgateway.server.datagram;

import org.jspecify.annotations.NullMarked;
