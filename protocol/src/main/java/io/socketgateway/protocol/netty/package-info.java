/**
 * Thin adapters between the codec and Netty channels: the one-pass stream decoder and the gathered outbound buffer.
 * Each instance belongs to one channel and is touched by that channel's event loop alone.
 */
@NullMarked
package io.socketgateway.protocol.netty;

import org.jspecify.annotations.NullMarked;
