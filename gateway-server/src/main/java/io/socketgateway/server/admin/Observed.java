package io.socketgateway.server.admin;

import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.server.loop.Loop;
import io.socketgateway.server.metrics.Counters;
import io.socketgateway.server.metrics.Meters;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The gateway as it is seen from here.
 *
 * @param loops the worker loops
 * @param ready whether new clients are welcome
 * @param meters what it shows, once somebody looks
 * @param clock where the time comes from
 * @param counters where is counted what is refused here
 */
public record Observed(List<Loop> loops, BooleanSupplier ready, Meters meters, NanoClock clock, Counters counters) {}
