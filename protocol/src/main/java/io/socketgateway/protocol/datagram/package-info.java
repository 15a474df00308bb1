/**
 * What makes frames over datagrams dependable, the same on both sides: each id is carried out once, what wants an answer
 * is repeated until it has one, and answers are kept for repeats (SPEC section 3.8). Each instance belongs to one event
 * loop.
 */
@NullMarked
package io.socketgateway.protocol.datagram;

import org.jspecify.annotations.NullMarked;
