package io.socketgateway.cli;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.Request;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Whom to ask, what, and through which gateway. */
final class RequestOptions {
    @Parameters(index = "0", paramLabel = "SUBJECT", description = "Whom to ask, such as orders.get.")
    private String subject = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "DATA", description = DataSource.HELP)
    private @Nullable String data;

    @Mixin
    private ContentOption content = new ContentOption();

    @Mixin
    private HeaderOption headers = new HeaderOption();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    /** The request; a fault of usage if it breaks a rule. */
    Request request(Console console, UnaryOperator<Request.Builder> more) {
        return Requests.of(
                command,
                subject,
                builder -> more.apply(builder.payload(
                                content.payload(data == null ? new byte[0] : DataSource.read(data, console, command)))
                        .headers(headers.headers())
                        .timeout(connection.timeout())));
    }

    GatewayClient connect(Console console) {
        return connection.connect(console);
    }
}
