package io.socketgateway.protocol;

import java.util.Arrays;
import java.util.List;

/**
 * Where a request or a message goes: dot-separated tokens, at most {@value #MAX_BYTES} bytes of UTF-8 and
 * {@value #MAX_TOKENS} tokens, none empty, without white space, control characters and wildcards (SPEC section 4).
 *
 * <p>Equality is that of the text. The hash is computed once.
 */
public final class Subject {
    /** The most bytes of UTF-8. */
    public static final int MAX_BYTES = 255;
    /** The most tokens. */
    public static final int MAX_TOKENS = 16;

    private final String value;
    private final String[] tokens;

    private Subject(String value, String[] tokens) {
        this.value = value;
        this.tokens = tokens;
    }

    /**
     * A subject of that text.
     *
     * @throws ProtocolException MALFORMED, naming what is wrong
     */
    public static Subject of(String value) {
        String[] tokens = split(value);
        for (String token : tokens) {
            if (token.indexOf('*') >= 0 || token.indexOf('>') >= 0) {
                throw bad("wildcard in '" + value + "'");
            }
        }
        return new Subject(value, tokens);
    }

    /** Splits into checked tokens; wildcards are left to the caller. */
    static String[] split(String value) {
        if (value.isEmpty()) {
            throw bad("empty");
        }
        if (value.length() > MAX_BYTES || Text.utf8Length("subject", value) > MAX_BYTES) {
            throw bad("over " + MAX_BYTES + " bytes");
        }
        int count = 1;
        for (int i = 0; i < value.length(); ) {
            int point = value.codePointAt(i);
            if (point == '.') {
                count++;
            } else if (isForbidden(point)) {
                throw bad("white space or control character at character " + i);
            }
            i += Character.charCount(point);
        }
        if (count > MAX_TOKENS) {
            throw bad("over " + MAX_TOKENS + " tokens");
        }
        String[] tokens = new String[count];
        int start = 0;
        for (int n = 0; n < count; n++) {
            int end = n == count - 1 ? value.length() : value.indexOf('.', start);
            if (end == start) {
                throw bad("empty token in '" + value + "'");
            }
            tokens[n] = value.substring(start, end);
            start = end + 1;
        }
        return tokens;
    }

    /** Unicode White_Space or Cc: what {@code isSpaceChar} leaves of White_Space are controls. */
    private static boolean isForbidden(int point) {
        return point <= ' ' || point >= 0x7F && (Character.isISOControl(point) || Character.isSpaceChar(point));
    }

    static ProtocolException bad(String what) {
        return new ProtocolException(ErrorCode.MALFORMED, "subject: " + what);
    }

    /** The whole text. */
    public String value() {
        return value;
    }

    /** How many tokens there are, at least one. */
    public int tokenCount() {
        return tokens.length;
    }

    /** The token at that place, from 0. */
    public String token(int index) {
        return tokens[index];
    }

    /** All tokens, in order. */
    public List<String> tokens() {
        return List.copyOf(Arrays.asList(tokens));
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
