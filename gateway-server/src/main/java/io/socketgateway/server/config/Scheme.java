package io.socketgateway.server.config;

import java.util.Locale;

/** The carriers that a listener of this release offers, as the first word of its URL. */
public enum Scheme {
    /** Native frames on a plain TCP stream. */
    TCP,
    /** Native frames in datagrams: short requests and messages that need no connection. */
    UDP;

    /** The word before {@code ://}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
