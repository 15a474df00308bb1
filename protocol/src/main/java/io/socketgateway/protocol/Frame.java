package io.socketgateway.protocol;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One protocol object: what a body on the wire means, whatever its form and carrier (SPEC section 2).
 *
 * <p>Frames are immutable. Ids are unsigned 32-bit numbers kept in an {@code int}; other unsigned 32-bit fields are
 * {@code long}, where {@link #ABSENT} says that the field is not there. Constructors check the rules of the fields and
 * throw {@link ProtocolException}.
 */
public sealed interface Frame {
    /** The value of an optional number that is not there. */
    long ABSENT = -1;
    /** The largest unsigned 32-bit number. */
    long MAX_U32 = 0xFFFF_FFFFL;

    /** The sender's id, unsigned; 0 where none is needed. */
    int id();

    /** The kind of frame. */
    FrameType type();

    /** What it carries for its receiver; empty where the type carries nothing. */
    default Payload payload() {
        return Payload.EMPTY;
    }

    /**
     * Opens or changes a session.
     *
     * @param version the protocol version that the client speaks, 1
     * @param token a credential
     * @param clientId the name that the client wants, 1 to 64 of {@code A-Z a-z 0-9 _ -}
     * @param keepAliveSeconds the keep-alive that the client wants, or {@link #ABSENT}
     * @param maxFrameBytes the longest body that the client takes, at least 1,024, or {@link #ABSENT}
     * @param resume the secret of an earlier session
     * @param cookie the proof of a datagram client's address
     * @param agent what software the client is
     */
    record Hello(
            int id,
            long version,
            @Nullable String token,
            @Nullable String clientId,
            long keepAliveSeconds,
            long maxFrameBytes,
            @Nullable String resume,
            @Nullable String cookie,
            @Nullable String agent)
            implements Frame {
        /** The least that {@code maxFrameBytes} may be. */
        public static final int LEAST_MAX_FRAME_BYTES = 1024;

        private static final Pattern CLIENT_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

        public Hello {
            if (clientId != null && !CLIENT_ID.matcher(clientId).matches()) {
                throw new ProtocolException(ErrorCode.MALFORMED, "clientId: not 1 to 64 of A-Z a-z 0-9 _ -");
            }
            requireWritable("token", token);
            requireWritable("resume", resume);
            requireWritable("cookie", cookie);
            requireWritable("agent", agent);
            requireU32("version", version);
            requireU32OrAbsent("keepAliveSeconds", keepAliveSeconds);
            requireU32OrAbsent("maxFrameBytes", maxFrameBytes);
            if (maxFrameBytes != ABSENT && maxFrameBytes < LEAST_MAX_FRAME_BYTES) {
                throw new ProtocolException(
                        ErrorCode.MALFORMED, "maxFrameBytes: " + maxFrameBytes + " is under " + LEAST_MAX_FRAME_BYTES);
            }
        }

        /** A HELLO that asks for nothing. */
        public static Hello of(int id) {
            return new Hello(id, 1, null, null, ABSENT, ABSENT, null, null, null);
        }

        @Override
        public FrameType type() {
            return FrameType.HELLO;
        }

        /** Without the secrets. */
        @Override
        public String toString() {
            return "Hello[id=" + Integer.toUnsignedString(id) + ", clientId=" + clientId + ", agent=" + agent + "]";
        }
    }

    /**
     * Answers {@link Hello}.
     *
     * @param datagramToken 16 hex digits; on datagrams only
     * @param resume an unguessable secret for one use
     * @param resumed whether an earlier session was taken over
     * @param keepAliveSeconds binds both sides
     * @param maxFrameBytes the longest body that the gateway takes from this client
     * @param limits what the client may have under way
     * @param node which gateway this is
     */
    record Welcome(
            int id,
            long version,
            String sessionId,
            String clientId,
            @Nullable String datagramToken,
            String resume,
            boolean resumed,
            long keepAliveSeconds,
            long maxFrameBytes,
            SessionLimits limits,
            String node)
            implements Frame {
        @Override
        public FrameType type() {
            return FrameType.WELCOME;
        }

        /** Without the secrets. */
        @Override
        public String toString() {
            return "Welcome[id=" + Integer.toUnsignedString(id) + ", sessionId=" + sessionId + ", clientId=" + clientId
                    + ", node=" + node + "]";
        }
    }

    /**
     * What WELCOME grants a session.
     *
     * @param requests the most requests under way
     * @param subscriptions the most subscriptions and services
     * @param datagramWindow the most ids between the oldest unanswered and the newest, on datagrams
     */
    record SessionLimits(long requests, long subscriptions, long datagramWindow) {}

    /** Asks for a {@link Pong}. */
    record Ping(int id, Payload payload) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.PING;
        }
    }

    /** Answers {@link Ping} with its id and payload. */
    record Pong(int id, Payload payload) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.PONG;
        }
    }

    /**
     * Ends a session (client), or announces a drain (gateway).
     *
     * @param reconnectAfterMillis when to come back, or {@link #ABSENT}
     */
    record GoAway(int id, @Nullable String reason, long reconnectAfterMillis) implements Frame {
        public GoAway {
            requireWritable("reason", reason);
            requireU32OrAbsent("reconnectAfterMillis", reconnectAfterMillis);
        }

        @Override
        public FrameType type() {
            return FrameType.GOAWAY;
        }
    }

    /**
     * Asks a datagram client to say HELLO again with this cookie.
     *
     * @param cookie printable ASCII
     */
    record Challenge(int id, String cookie) implements Frame {
        public Challenge {
            for (int i = 0; i < cookie.length(); i++) {
                if (cookie.charAt(i) < 0x20 || cookie.charAt(i) > 0x7E) {
                    throw new ProtocolException(ErrorCode.MALFORMED, "cookie: not printable ASCII");
                }
            }
        }

        @Override
        public FrameType type() {
            return FrameType.CHALLENGE;
        }
    }

    /**
     * Asks a worker.
     *
     * @param deadlineMillis how long from now an answer is wanted (0 has expired), or {@link #ABSENT}
     * @param credit how many responses may come before more {@link Credit}; {@link #ABSENT} if one answer is wanted
     */
    record Request(int id, Subject subject, long deadlineMillis, long credit, Headers headers, Payload payload)
            implements Frame {
        public Request {
            requireU32OrAbsent("deadlineMillis", deadlineMillis);
            requireU32OrAbsent("credit", credit);
        }

        /** Whether many responses are wanted. */
        public boolean isStream() {
            return credit != ABSENT;
        }

        @Override
        public FrameType type() {
            return FrameType.REQUEST;
        }
    }

    /**
     * Answers {@link Request}, or confirms.
     *
     * @param more whether another response to this id follows
     */
    record Response(int id, boolean more, Headers headers, Payload payload) implements Frame {
        /** The same answer to the request of that id. */
        public Response withId(int otherId) {
            return id == otherId ? this : new Response(otherId, more, headers, payload);
        }

        @Override
        public FrameType type() {
            return FrameType.RESPONSE;
        }
    }

    /**
     * Refuses, or tells of a failure.
     *
     * @param code the number on the wire, see {@link #errorCode()}
     * @param retryAfterMillis do not try again sooner, or {@link #ABSENT}
     * @param notProcessed whether the request had no effect, so that trying again is safe
     * @param message for people; cut to {@value #MAX_MESSAGE_BYTES} bytes of UTF-8
     */
    record Error(int id, int code, long retryAfterMillis, boolean notProcessed, String message) implements Frame {
        /** The most bytes of UTF-8 of a message: more does not fit its field in the binary form. */
        public static final int MAX_MESSAGE_BYTES = 0xFFFF;

        public Error {
            if (code < 0 || code > 0xFFFF) {
                throw new ProtocolException(ErrorCode.MALFORMED, "code: not an unsigned 16-bit number");
            }
            requireU32OrAbsent("retryAfterMillis", retryAfterMillis);
            message = Text.cut(message, MAX_MESSAGE_BYTES);
        }

        /** An error that says nothing of retries. */
        public static Error of(int id, ErrorCode code, String message) {
            return new Error(id, code.code(), ABSENT, false, message);
        }

        /** An error of a request that had no effect. */
        public static Error notProcessed(int id, ErrorCode code, String message) {
            return new Error(id, code.code(), ABSENT, true, message);
        }

        /** The same with so many characters of the message. */
        public Error cut(int characters) {
            String start = message.substring(0, Math.min(characters, message.length()));
            return new Error(id, code, retryAfterMillis, notProcessed, start);
        }

        /** The name of the code; a number that this version does not know is {@link ErrorCode#FAILED}. */
        public ErrorCode errorCode() {
            return ErrorCode.of(code);
        }

        @Override
        public FrameType type() {
            return FrameType.ERROR;
        }
    }

    /** Withdraws the request of this id. */
    record Cancel(int id) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.CANCEL;
        }
    }

    /** Allows {@code n} further responses to the request of this id. */
    record Credit(int id, long n) implements Frame {
        public Credit {
            requireU32("n", n);
        }

        @Override
        public FrameType type() {
            return FrameType.CREDIT;
        }
    }

    /** Tells a datagram peer that the request of this id is under way. */
    record Ack(int id) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.ACK;
        }
    }

    /**
     * Publishes a message.
     *
     * @param confirm whether an answer is wanted once every subscription has it
     */
    record Publish(int id, Subject subject, boolean confirm, Headers headers, Payload payload) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.PUBLISH;
        }
    }

    /**
     * Asks for the messages of a pattern.
     *
     * @param group of the subscriptions with the same pattern and group one gets each message; empty: none
     * @param options the subscription's options
     */
    record Subscribe(int id, SubjectPattern pattern, String group, boolean confirm, Headers options) implements Frame {
        public Subscribe {
            requireGroup(group);
        }

        @Override
        public FrameType type() {
            return FrameType.SUBSCRIBE;
        }
    }

    /** Ends the subscription or service of this id. */
    record Unsubscribe(int id, boolean confirm) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.UNSUBSCRIBE;
        }
    }

    /** A published message; the id is that of the SUBSCRIBE, or 0 for one sent to the client itself. */
    record Message(int id, Subject subject, Headers headers, Payload payload) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.MESSAGE;
        }
    }

    /**
     * Offers to answer the requests of a pattern.
     *
     * @param group workers of one group share its requests; empty means {@code default}
     * @param options the service's options
     */
    record Serve(int id, SubjectPattern pattern, String group, boolean confirm, Headers options) implements Frame {
        public Serve {
            requireGroup(group);
        }

        @Override
        public FrameType type() {
            return FrameType.SERVE;
        }
    }

    private static void requireU32(String field, long value) {
        if (value < 0 || value > MAX_U32) {
            throw new ProtocolException(ErrorCode.MALFORMED, field + ": not an unsigned 32-bit number");
        }
    }

    private static void requireU32OrAbsent(String field, long value) {
        if (value != ABSENT) {
            requireU32(field, value);
        }
    }

    /** Text that cannot be written in UTF-8 must not get as far as the codec. */
    private static void requireWritable(String field, @Nullable String text) {
        if (text != null) {
            Text.utf8Length(field, text);
        }
    }

    private static void requireGroup(String group) {
        if (Text.utf8Length("group", group) > Subject.MAX_BYTES) {
            throw new ProtocolException(ErrorCode.MALFORMED, "group: over " + Subject.MAX_BYTES + " bytes");
        }
    }
}
