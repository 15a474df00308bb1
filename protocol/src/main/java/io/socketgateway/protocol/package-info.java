/**
 * The protocol's values: frames and what they are made of. Immutable, validated where they are built, free of channels
 * and buffers; any thread may use them.
 */
@NullMarked
package io.socketgateway.protocol;

import org.jspecify.annotations.NullMarked;
