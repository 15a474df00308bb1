package io.socketgateway.client;

import io.socketgateway.client.internal.IterablePublisher;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.stream.Stream;

/**
 * Publishers for a {@link StreamHandler} whose responses are at hand, or can be read one after another.
 *
 * <pre>{@code
 * client.serveStream("count", request ->
 *         Responses.from(IntStream.range(0, 1_000_000).mapToObj(i -> Response.text(Integer.toString(i)))));
 * }</pre>
 */
public final class Responses {
    private Responses() {}

    /** A publisher of these responses. */
    public static Flow.Publisher<Response> of(Response... responses) {
        return from(List.of(responses));
    }

    /** A publisher that reads on as responses are wanted; reading may block. */
    public static Flow.Publisher<Response> from(Iterable<Response> responses) {
        return new IterablePublisher(responses::iterator, () -> {});
    }

    /** A publisher for one subscriber that reads on as responses are wanted, and closes the stream; reading may block. */
    public static Flow.Publisher<Response> from(Stream<Response> responses) {
        return new IterablePublisher(responses::iterator, responses::close);
    }
}
