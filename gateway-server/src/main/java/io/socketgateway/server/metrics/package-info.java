/**
 * What is counted and measured, as an embedder's Micrometer registry shows it. Meters read the counters when somebody
 * looks; nothing here is on the way of a frame. Any thread.
 */
@NullMarked
package io.socketgateway.server.metrics;

import org.jspecify.annotations.NullMarked;
