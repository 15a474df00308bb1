package io.socketgateway.client;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Subject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a worker. Immutable; may be sent any number of times.
 *
 * <pre>{@code
 * Request request = Request.to("orders.get")
 *         .text("7")
 *         .header("tenant", "blue")
 *         .timeout(Duration.ofSeconds(2))
 *         .retries(3)
 *         .build();
 * Response response = client.request(request).join();
 * }</pre>
 */
public final class Request {
    private final Subject subject;
    private final Payload payload;
    private final Headers headers;
    private final @Nullable Duration timeout;
    private final int retries;

    private Request(Subject subject, Payload payload, Headers headers, @Nullable Duration timeout, int retries) {
        this.subject = subject;
        this.payload = payload;
        this.headers = headers;
        this.timeout = timeout;
        this.retries = retries;
    }

    /**
     * A request without headers, with the client's timeout and retries.
     *
     * @throws GatewayException MALFORMED if it is not a subject
     */
    public static Request of(String subject, Payload payload) {
        return to(subject).payload(payload).build();
    }

    /** Begins a request to that subject. */
    public static Builder to(String subject) {
        return new Builder(subject);
    }

    /** Who is asked. */
    public String subject() {
        return subject.value();
    }

    /** What is asked. */
    public Payload payload() {
        return payload;
    }

    /** What is said beside it. */
    public Headers headers() {
        return headers;
    }

    /** How long an answer is waited for; empty: as the client is configured. */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    /** How often it is sent again after it failed without effect; empty: as the client is configured. */
    public OptionalInt retries() {
        return retries < 0 ? OptionalInt.empty() : OptionalInt.of(retries);
    }

    @Override
    public String toString() {
        return "Request[" + subject + ", " + payload + "]";
    }

    /** Builds a {@link Request}; not thread-safe. */
    public static final class Builder {
        private final String subject;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private Payload payload = Payload.EMPTY;
        private @Nullable Duration timeout;
        private int retries = -1;

        private Builder(String subject) {
            this.subject = subject;
        }

        /** What is asked; nothing if this is not called. */
        public Builder payload(Payload payload) {
            this.payload = payload;
            return this;
        }

        /** Asks with UTF-8 text. */
        public Builder text(String text) {
            return payload(Payload.text(text));
        }

        /** Asks with one JSON document, carried as written; {@link GatewayClient#json} makes one of an object. */
        public Builder json(String json) {
            return payload(Payload.json(json));
        }

        /** Adds a header; the same name again replaces it. */
        public Builder header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        /** Adds these headers; names that are there already are replaced. */
        public Builder headers(Headers more) {
            more.forEach(headers::put);
            return this;
        }

        /**
         * How long an answer is waited for, from now to the end, retries and reconnects included. For a stream it bounds
         * the wait for the first answer.
         *
         * @param timeout over zero; longer than 2^32-1 ms is cut to that
         */
        public Builder timeout(Duration timeout) {
            if (timeout.isZero() || timeout.isNegative()) {
                throw new IllegalArgumentException("timeout: not over zero");
            }
            this.timeout = timeout;
            return this;
        }

        /**
         * How often the request is sent again, within its timeout, after it failed and certainly had no effect
         * ({@link GatewayException#notProcessed()}). Streams are never sent again.
         */
        public Builder retries(int retries) {
            if (retries < 0) {
                throw new IllegalArgumentException("retries: negative");
            }
            this.retries = retries;
            return this;
        }

        /**
         * The request.
         *
         * @throws GatewayException MALFORMED if the subject or a header breaks a rule
         */
        public Request build() {
            try {
                return new Request(Subject.of(subject), payload, Headers.of(headers), timeout, retries);
            } catch (ProtocolException e) {
                throw new GatewayException(ErrorCode.MALFORMED, e.message()).asNotProcessed();
            }
        }
    }
}
