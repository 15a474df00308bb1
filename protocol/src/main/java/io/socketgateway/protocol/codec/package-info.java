/**
 * Bytes to frame and frame to bytes, in both forms (binary and JSON). Stateless and channel-free; any thread may use it.
 */
@NullMarked
package io.socketgateway.protocol.codec;

import org.jspecify.annotations.NullMarked;
