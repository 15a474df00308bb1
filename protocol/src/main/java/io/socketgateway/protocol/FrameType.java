package io.socketgateway.protocol;

import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The kinds of frames: code on the wire, flags that may be set, and who may send them (SPEC section 2). */
public enum FrameType {
    /** Opens or changes a session. */
    HELLO(0x01, Flags.CONTENT, Sender.CLIENT),
    /** Answers {@link #HELLO}. */
    WELCOME(0x02, Flags.CONTENT, Sender.GATEWAY),
    /** Asks for a {@link #PONG}. */
    PING(0x03, Flags.CONTENT, Sender.BOTH),
    /** Answers {@link #PING} with its id and payload. */
    PONG(0x04, Flags.CONTENT, Sender.BOTH),
    /** Ends a session, or announces that the gateway is about to. */
    GOAWAY(0x05, Flags.CONTENT, Sender.BOTH),
    /** Asks a datagram client to prove its address. */
    CHALLENGE(0x06, Flags.CONTENT, Sender.GATEWAY_DATAGRAM),
    /** Asks a worker. */
    REQUEST(0x10, Flags.HEADERS | Flags.CONTENT | Flags.DEADLINE | Flags.STREAM, Sender.BOTH),
    /** Answers {@link #REQUEST}, or confirms. */
    RESPONSE(0x11, Flags.HEADERS | Flags.CONTENT | Flags.MORE, Sender.BOTH),
    /** Refuses, or tells of a failure. */
    ERROR(0x12, Flags.RETRY_AFTER | Flags.NOT_PROCESSED, Sender.BOTH),
    /** Withdraws a request. */
    CANCEL(0x13, 0, Sender.BOTH),
    /** Allows further responses on a stream. */
    CREDIT(0x14, 0, Sender.BOTH),
    /** Tells a datagram peer that its request is under way. */
    ACK(0x15, 0, Sender.BOTH_DATAGRAM),
    /** Publishes a message. */
    PUBLISH(0x18, Flags.HEADERS | Flags.CONTENT | Flags.CONFIRM, Sender.CLIENT),
    /** Asks for the messages of a subject pattern. */
    SUBSCRIBE(0x19, Flags.HEADERS | Flags.CONFIRM, Sender.CLIENT),
    /** Ends a subscription or a service. */
    UNSUBSCRIBE(0x1A, Flags.CONFIRM, Sender.CLIENT),
    /** A published message, on its way to a subscriber. */
    MESSAGE(0x1B, Flags.HEADERS | Flags.CONTENT, Sender.GATEWAY),
    /** Offers to answer the requests of a subject pattern. */
    SERVE(0x1C, Flags.HEADERS | Flags.CONFIRM, Sender.CLIENT);

    /** The bits of the flags byte. {@link #DEADLINE} and {@link #RETRY_AFTER}, {@link #STREAM} and {@link #NOT_PROCESSED} share theirs. */
    public static final class Flags {
        /** Headers follow. */
        public static final int HEADERS = 0x01;
        /** Two bits, see {@link Content}. */
        public static final int CONTENT = Content.MASK;
        /** On REQUEST: {@code deadlineMillis} follows. */
        public static final int DEADLINE = 0x08;
        /** On REQUEST: many responses are wanted, {@code credit} follows. */
        public static final int STREAM = 0x10;
        /** On RESPONSE: another response to this id follows. */
        public static final int MORE = 0x20;
        /** On PUBLISH, SUBSCRIBE, UNSUBSCRIBE, SERVE: an answer is wanted. */
        public static final int CONFIRM = 0x40;
        /** On ERROR: {@code retryAfterMillis} follows. */
        public static final int RETRY_AFTER = 0x08;
        /** On ERROR: the request had no effect. */
        public static final int NOT_PROCESSED = 0x10;

        private Flags() {}
    }

    private enum Sender {
        CLIENT,
        GATEWAY,
        BOTH,
        GATEWAY_DATAGRAM,
        BOTH_DATAGRAM;

        boolean allows(Side side, Carrier carrier) {
            return switch (this) {
                case CLIENT -> side == Side.CLIENT;
                case GATEWAY -> side == Side.GATEWAY;
                case BOTH -> true;
                case GATEWAY_DATAGRAM -> side == Side.GATEWAY && carrier == Carrier.DATAGRAM;
                case BOTH_DATAGRAM -> carrier == Carrier.DATAGRAM;
            };
        }
    }

    private static final @Nullable FrameType[] BY_CODE = new @Nullable FrameType[0x40];
    private static final Map<String, FrameType> BY_NAME =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(FrameType::jsonName, Function.identity()));

    static {
        for (FrameType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;
    private final int allowedFlags;
    private final Sender sender;
    private final String jsonName;

    FrameType(int code, int allowedFlags, Sender sender) {
        this.code = code;
        this.allowedFlags = allowedFlags;
        this.sender = sender;
        this.jsonName = name().toLowerCase(Locale.ROOT);
    }

    /** The first byte of a binary body. */
    public int code() {
        return code;
    }

    /** The flag bits that this type defines; any other makes a body malformed. */
    public int allowedFlags() {
        return allowedFlags;
    }

    /** The value of {@code type} in the JSON form. */
    public String jsonName() {
        return jsonName;
    }

    /** Whether that side may send this type over that carrier. */
    public boolean maySend(Side side, Carrier carrier) {
        return sender.allows(side, carrier);
    }

    /** The type of a first byte; null if this version has none. */
    public static @Nullable FrameType ofCode(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /** The type of a name in the JSON form; null if this version has none. */
    public static @Nullable FrameType ofJsonName(String name) {
        return BY_NAME.get(name);
    }

    /** Whether whoever does not know the type of this first byte skips the body instead of closing. */
    public static boolean isSkippable(int code) {
        return code >= 0x30 && code <= 0x3E;
    }
}
