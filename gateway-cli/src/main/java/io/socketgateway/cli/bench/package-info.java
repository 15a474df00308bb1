/**
 * Load and what is measured under it: when each exchange is due, how long it took from then on, what failed and what
 * never came. Knows neither options nor output.
 */
@NullMarked
package io.socketgateway.cli.bench;

import org.jspecify.annotations.NullMarked;
