/**
 * Time as the gateway and the SDK see it: one injected clock, one timer wheel per event loop. Nothing else reads the
 * system's clocks, so tests set the time.
 */
@NullMarked
package io.socketgateway.protocol.time;

import org.jspecify.annotations.NullMarked;
