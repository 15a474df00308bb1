/**
 * Event loops, listening sockets and pipelines: how bytes come in and go out. Boss loops accept, worker loops own the
 * connections.
 */
@NullMarked
package io.socketgateway.server.transport;

import org.jspecify.annotations.NullMarked;
