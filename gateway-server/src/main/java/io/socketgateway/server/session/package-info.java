/**
 * Sessions: who is connected, in what state, and what waits to be sent. A session and all it holds belong to one event
 * loop; {@link io.socketgateway.server.session.Sessions} is shared. What carries the bytes is behind
 * {@link io.socketgateway.server.session.Link}.
 */
@NullMarked
package io.socketgateway.server.session;

import org.jspecify.annotations.NullMarked;
