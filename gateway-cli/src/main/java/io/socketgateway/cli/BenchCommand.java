package io.socketgateway.cli;

import picocli.CommandLine.Command;

/** Makes a load and measures what becomes of it. */
@Command(
        name = "bench",
        description = "Make a load, and measure rate and latency under it.",
        footer = {"  gateway bench request --rate 1000", "  gateway bench publish --subscribers 100 --rate 500"})
final class BenchCommand {}
