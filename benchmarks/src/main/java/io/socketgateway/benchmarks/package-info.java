/** What a message costs: benchmarks of single parts, and the servers that whole gateways are measured against. */
@NullMarked
package io.socketgateway.benchmarks;

import org.jspecify.annotations.NullMarked;
