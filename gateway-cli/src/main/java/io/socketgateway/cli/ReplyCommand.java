package io.socketgateway.cli;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.IncomingRequest;
import io.socketgateway.client.Response;
import io.socketgateway.client.Responses;
import io.socketgateway.client.ServeOptions;
import io.socketgateway.protocol.ErrorCode;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A worker from the shell: answers requests until it is interrupted or has answered enough. */
@Command(
        name = "reply",
        description = {
            "Answer requests, until interrupted: a worker from the shell. Not over UDP.",
            "A command gets the data on standard input, and $GATEWAY_SUBJECT and $GATEWAY_HEADER_<NAME>;"
                    + " an exit code other than 0 is ERROR 500 to whoever asked."
        },
        footer = {
            "  gateway reply test.echo --echo",
            "  gateway reply 'weather.*' --text '{\"sky\":\"blue\"}'",
            "  gateway reply text.upper --command 'tr a-z A-Z'",
            "  gateway reply log.lines --command 'tail -f app.log' --lines",
            "      each line is a response, for gateway stream log.lines"
        })
final class ReplyCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "SUBJECT", description = "What to answer, such as text.upper or 'weather.*'.")
    private String pattern = "";

    @ArgGroup(multiplicity = "1")
    private Answer answer = new Answer();

    @Option(names = "--lines", description = "Each line is a response of its own, for requests that want many.")
    private boolean lines;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "End after N requests. Default: when interrupted.")
    private long count = Long.MAX_VALUE;

    @Option(
            names = {"-g", "--group"},
            paramLabel = "NAME",
            description = "Workers of one group share the requests. Default: default.")
    private String group = "";

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            description = "How many requests are answered at once. Default: 16.")
    private int concurrency = 16;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print nothing, not even the requests.")
    private boolean quiet;

    @Mixin
    private ContentOption content = new ContentOption();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private Printer printer = new Printer();

    @Spec
    private CommandSpec command = CommandSpec.create();

    ReplyCommand(Console console) {
        this.console = console;
    }

    /** What to answer with; exactly one. */
    static final class Answer {
        @Option(names = "--echo", description = "Answer with the request's own data and headers.")
        boolean echo;

        @Option(names = "--text", paramLabel = "TEXT", description = "Answer with this, whatever was asked.")
        String text = "";

        @Option(
                names = {"-c", "--command"},
                paramLabel = "COMMAND",
                description = "Answer with what this shell command writes.")
        String shell = "";
    }

    @Override
    public Integer call() throws Exception {
        if (count < 1 || concurrency < 1) {
            throw new ParameterException(command.commandLine(), "--count and --concurrency: expected 1 or more");
        }
        LongRun run = new LongRun(console, quiet);
        Turns turns = new Turns(run, count);
        ServeOptions options = ServeOptions.defaults().withGroup(group).withConcurrency(concurrency);
        AnswerSource source = new AnswerSource(answer, content);
        try (GatewayClient client = connection.connect(console, run)) {
            if (lines) {
                client.serveStream(pattern, options, request -> {
                    turns.take();
                    show(run, request);
                    return Responses.from(linesOf(source, request, turns));
                });
            } else {
                client.serve(pattern, options, request -> {
                    turns.take();
                    try {
                        show(run, request);
                        return source.whole(request);
                    } finally {
                        turns.done();
                    }
                });
            }
            run.note("serving " + pattern + " as client." + client.clientId());
            run.await(client);
        }
        return ExitCodes.OK;
    }

    private static Stream<Response> linesOf(AnswerSource source, IncomingRequest request, Turns turns)
            throws IOException {
        try {
            return source.lines(request).onClose(turns::done);
        } catch (IOException e) {
            turns.done();
            throw e;
        }
    }

    private void show(LongRun run, IncomingRequest request) {
        if (!quiet) {
            run.doing(() -> printer.request(console, request));
        }
    }

    /** Counts requests: so many are taken, the others refused; when the last is answered the command ends. */
    private record Turns(LongRun run, long most, AtomicLong taken, AtomicLong answered) {
        Turns(LongRun run, long most) {
            this(run, most, new AtomicLong(), new AtomicLong());
        }

        void take() {
            if (taken.incrementAndGet() > most) {
                throw new GatewayException(ErrorCode.UNAVAILABLE, "this worker is ending").asNotProcessed();
            }
        }

        void done() {
            if (answered.incrementAndGet() == most) {
                run.end();
            }
        }
    }
}
