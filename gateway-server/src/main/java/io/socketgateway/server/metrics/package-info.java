/**
 * What is counted, and how an embedder's Micrometer registry shows it. {@link io.socketgateway.server.metrics.Counters} are
 * plain additions on the way of a frame; the meters read them when somebody looks. Any thread, but for
 * {@link io.socketgateway.server.metrics.Tally}, which belongs to its loop.
 */
@NullMarked
package io.socketgateway.server.metrics;

import org.jspecify.annotations.NullMarked;
