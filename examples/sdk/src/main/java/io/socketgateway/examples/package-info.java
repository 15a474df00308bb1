/** Applications that use the SDK: one that answers requests, and one that makes them. */
@NullMarked
package io.socketgateway.examples;

import org.jspecify.annotations.NullMarked;
