/** Benchmarks of what is not public, and need not be: they stand in its package, on the class path. */
@NullMarked
package io.socketgateway.server.routing;

import org.jspecify.annotations.NullMarked;
