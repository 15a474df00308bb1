package io.socketgateway.protocol;

import java.util.Arrays;
import java.util.Optional;

/**
 * What becomes of the messages of a subscription for which too many wait (SPEC section 4.4.1): the value of
 * SUBSCRIBE's option {@value #OPTION}.
 */
public enum Overflow {
    /** The oldest that waits is dropped for the new one. */
    DROP_OLDEST("drop-oldest"),
    /** The new one is dropped. */
    DROP_NEWEST("drop-newest"),
    /** Of each subject only the latest waits; if even so too many wait, the oldest is dropped. */
    LATEST("latest"),
    /** The session ends with ERROR 503. */
    DISCONNECT("disconnect");

    /** The name of the option that holds one of these. */
    public static final String OPTION = "overflow";
    /** The name of the option that holds how many messages may wait, from 1 to 2^31-1. */
    public static final String BUFFER_OPTION = "buffer";

    private final String text;

    Overflow(String text) {
        this.text = text;
    }

    /** How it is written. */
    public String text() {
        return text;
    }

    /** What a text means; empty if it is none of these. */
    public static Optional<Overflow> of(String text) {
        return Arrays.stream(values()).filter(value -> value.text.equals(text)).findFirst();
    }
}
