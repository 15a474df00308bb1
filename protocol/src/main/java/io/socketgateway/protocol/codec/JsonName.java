package io.socketgateway.protocol.codec;

/** The members of frames in the JSON form, in no order that matters. */
enum JsonName {
    TYPE("type"),
    ID("id"),
    VERSION("version"),
    TOKEN("token"),
    CLIENT_ID("clientId"),
    KEEP_ALIVE_SECONDS("keepAliveSeconds"),
    MAX_FRAME_BYTES("maxFrameBytes"),
    RESUME("resume"),
    COOKIE("cookie"),
    AGENT("agent"),
    SESSION_ID("sessionId"),
    DATAGRAM_TOKEN("datagramToken"),
    RESUMED("resumed"),
    LIMITS("limits"),
    NODE("node"),
    REASON("reason"),
    RECONNECT_AFTER_MILLIS("reconnectAfterMillis"),
    SUBJECT("subject"),
    DEADLINE_MILLIS("deadlineMillis"),
    STREAM("stream"),
    CREDIT("credit"),
    HEADERS("headers"),
    DATA("data"),
    TEXT("text"),
    BYTES("bytes"),
    CBOR("cbor"),
    MORE("more"),
    CODE("code"),
    RETRY_AFTER_MILLIS("retryAfterMillis"),
    NOT_PROCESSED("notProcessed"),
    MESSAGE("message"),
    N("n"),
    CONFIRM("confirm"),
    GROUP("group"),
    REQUESTS("requests"),
    SUBSCRIPTIONS("subscriptions"),
    DATAGRAM_WINDOW("datagramWindow");

    /** Finds them by the bytes between the quotation marks. */
    static final NameTable<JsonName> TABLE = new NameTable<>(values(), JsonName::toString);

    private final String text;

    JsonName(String text) {
        this.text = text;
    }

    /** From 0, with no gap: what is known of members stands in arrays and bits. */
    @SuppressWarnings("EnumOrdinal") // seen by nobody outside this package, and kept by nobody
    int index() {
        return ordinal();
    }

    @Override
    public String toString() {
        return text;
    }
}
