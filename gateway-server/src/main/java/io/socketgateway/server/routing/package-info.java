/**
 * Who gets what: subjects, workers, subscriptions, requests under way. {@link io.socketgateway.server.routing.Party} and
 * what it holds belong to the loop of their session; {@link io.socketgateway.server.routing.Router} and the subject trees
 * are shared, read without locks. {@link io.socketgateway.server.routing.Peer} is all that routing needs of a session.
 */
@NullMarked
package io.socketgateway.server.routing;

import org.jspecify.annotations.NullMarked;
