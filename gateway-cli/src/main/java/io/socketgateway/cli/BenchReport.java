package io.socketgateway.cli;

import io.socketgateway.cli.bench.Latencies;
import io.socketgateway.cli.bench.Load;
import io.socketgateway.cli.bench.ServerCpu;
import io.socketgateway.cli.bench.Tally;
import java.util.Locale;

/** What benchmarks have in common when they tell of their results, to people and to programs. */
final class BenchReport {
    private static final double MICRO = 1e3;
    private static final double MILLI = 1e6;
    private static final double SECOND = 1e9;

    private BenchReport() {}

    /** Which kind of load it was, and what its times count from. */
    static String model(Load.Plan plan, String what) {
        if (plan.isOpen()) {
            return String.format(
                    Locale.ROOT,
                    "open loop, %s %s a second: times count from when each was due",
                    number(plan.perSecond()),
                    what);
        }
        return String.format(
                Locale.ROOT,
                "closed loop, %,d at a time: the next goes out when there is an answer. What a stall keeps from going out"
                        + "%nis not in the times; with --rate it is.",
                plan.lanes() * plan.inFlight());
    }

    /** The failures, and what did not go out; nothing if there is neither. */
    static void faults(Console console, Tally tally, String what) {
        tally.errors()
                .forEach((name, count) -> console.line(String.format(Locale.ROOT, "failed: %,d x %s", count, name)));
        if (tally.notSent() > 0) {
            console.line(String.format(
                    Locale.ROOT,
                    "not sent: %,d %s were due, but as many as --in-flight allows were under way: the rate is too high",
                    tally.notSent(),
                    what));
        }
    }

    /** The heading of the times. */
    static String heading() {
        return String.format(Locale.ROOT, "%-10s %10s %10s %10s %10s", "", "p50", "p99", "p99.9", "max");
    }

    /** A line of times in milliseconds. */
    static String times(String name, Latencies latencies) {
        Latencies.Summary all = latencies.all();
        return String.format(
                Locale.ROOT,
                "%-10s %10.3f %10.3f %10.3f %10.3f ms",
                name,
                all.p50() / MILLI,
                all.p99() / MILLI,
                all.p999() / MILLI,
                all.max() / MILLI);
    }

    /** What the server's process has spent on so many messages. */
    static String server(ServerCpu.Spent server, long messages) {
        if (!server.isKnown()) {
            return "server     CPU is not known: " + server.unknown();
        }
        return String.format(
                Locale.ROOT,
                "server     %s%.2f s of CPU in all (process %d, %s)",
                messages == 0
                        ? ""
                        : String.format(Locale.ROOT, "%.3f µs of CPU a message, ", microsEach(server, messages)),
                seconds(server.nanos()),
                server.pid(),
                server.name());
    }

    /** What the server's process has spent, or why it is not known. */
    static JsonLine server(JsonLine line, ServerCpu.Spent server, long messages) {
        return line.object("server", spent -> {
            if (!server.isKnown()) {
                spent.text("unknown", server.unknown());
                return;
            }
            spent.number("pid", server.pid()).text("name", server.name());
            spent.decimal("cpuSeconds", seconds(server.nanos()), 2);
            if (messages > 0) {
                spent.decimal("cpuMicrosEach", microsEach(server, messages), 3);
            }
        });
    }

    private static double microsEach(ServerCpu.Spent server, long messages) {
        return server.nanos() / MICRO / messages;
    }

    /** How the load was made. */
    static JsonLine load(JsonLine line, Load.Plan plan) {
        line.flag("openLoop", plan.isOpen());
        if (plan.isOpen()) {
            line.decimal("rate", plan.perSecond(), 3);
        }
        return line.number("inFlight", plan.inFlight());
    }

    /** The failures by code. */
    static JsonLine errors(JsonLine line, Tally tally) {
        return line.number("failed", tally.failed())
                .object("errors", errors -> tally.errors().forEach(errors::number));
    }

    /** Times in milliseconds; no member if there are none. */
    static JsonLine times(JsonLine line, String name, Latencies latencies) {
        Latencies.Summary all = latencies.all();
        return all.count() == 0
                ? line
                : line.object(
                        name,
                        times -> times.decimal("p50", all.p50() / MILLI, 3)
                                .decimal("p99", all.p99() / MILLI, 3)
                                .decimal("p99.9", all.p999() / MILLI, 3)
                                .decimal("max", all.max() / MILLI, 3));
    }

    /** How many a second so many are in that time; 0 if there was no time. */
    static double perSecond(long count, long nanos) {
        return nanos <= 0 ? 0 : count / (nanos / SECOND);
    }

    static double seconds(long nanos) {
        return nanos / SECOND;
    }

    /** {@code 1,000} or {@code 0.5}. */
    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%,.3f", value);
    }
}
