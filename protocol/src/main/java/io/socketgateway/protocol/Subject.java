package io.socketgateway.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Where a request or a message goes: dot-separated tokens, at most {@value #MAX_BYTES} bytes of UTF-8 and
 * {@value #MAX_TOKENS} tokens, none empty, without white space, control characters and wildcards (SPEC section 4).
 *
 * <p>Equality is that of the text.
 */
public final class Subject {
    /** The most bytes of UTF-8. */
    public static final int MAX_BYTES = 255;
    /** The most tokens. */
    public static final int MAX_TOKENS = 16;

    private final String value;
    private final int tokenCount;
    private volatile String @Nullable [] tokens; // split when first asked for; any thread computes the same

    private Subject(String value, int tokenCount) {
        this.value = value;
        this.tokenCount = tokenCount;
    }

    /**
     * A subject of that text.
     *
     * @throws ProtocolException MALFORMED, naming what is wrong
     */
    public static Subject of(String value) {
        int tokenCount = check(value);
        if (value.indexOf('*') >= 0 || value.indexOf('>') >= 0) {
            throw bad("wildcard in '" + value + "'");
        }
        return new Subject(value, tokenCount);
    }

    /** Checks all but wildcards; returns the number of tokens. */
    static int check(String value) {
        if (value.isEmpty()) {
            throw bad("empty");
        }
        if (value.length() > MAX_BYTES || Text.utf8Length("subject", value) > MAX_BYTES) {
            throw bad("over " + MAX_BYTES + " bytes");
        }
        int count = 1;
        boolean emptyToken = true;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i); // nothing beyond the BMP is forbidden
            if (c != '.') {
                if (isForbidden(c)) {
                    throw bad("white space or control character at character " + i);
                }
                emptyToken = false;
            } else if (emptyToken) {
                throw bad("empty token in '" + value + "'");
            } else {
                count++;
                emptyToken = true;
            }
        }
        if (emptyToken) {
            throw bad("empty token in '" + value + "'");
        }
        if (count > MAX_TOKENS) {
            throw bad("over " + MAX_TOKENS + " tokens");
        }
        return count;
    }

    /** Splits a checked text at its dots. */
    static String[] split(String value, int tokenCount) {
        String[] tokens = new String[tokenCount];
        int start = 0;
        for (int n = 0; n < tokenCount - 1; n++) {
            int end = value.indexOf('.', start);
            tokens[n] = value.substring(start, end);
            start = end + 1;
        }
        tokens[tokenCount - 1] = value.substring(start);
        return tokens;
    }

    /** Unicode White_Space or Cc: what {@code isSpaceChar} leaves of White_Space are controls. */
    private static boolean isForbidden(char c) {
        return c <= ' ' || c >= 0x7F && (Character.isISOControl(c) || Character.isSpaceChar(c));
    }

    static ProtocolException bad(String what) {
        return new ProtocolException(ErrorCode.MALFORMED, "subject: " + what);
    }

    /** The whole text. */
    public String value() {
        return value;
    }

    /** Whether that is the first token; splits nothing. */
    public boolean startsWithToken(String token) {
        return value.startsWith(token) && (value.length() == token.length() || value.charAt(token.length()) == '.');
    }

    /** How many tokens there are, at least one. */
    public int tokenCount() {
        return tokenCount;
    }

    /** The token at that place, from 0. */
    public String token(int index) {
        String[] split = tokens;
        if (split == null) {
            split = split(value, tokenCount);
            tokens = split;
        }
        return split[index];
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof Subject that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
