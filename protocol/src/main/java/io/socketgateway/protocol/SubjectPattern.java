package io.socketgateway.protocol;

/**
 * The subjects that a subscription or a service wants: like a {@link Subject}, but a token may be {@code *} (exactly one
 * token), and the last may be {@code >} (one token or more).
 *
 * <p>Wildcards in the first token do not match the reserved first tokens {@code gateway} and {@code client} (SPEC section 4).
 */
public final class SubjectPattern {
    /** Matches exactly one token. */
    public static final String ONE = "*";
    /** As the last token, matches one token or more. */
    public static final String REST = ">";

    private final String value;
    private final String[] tokens;
    private final boolean literal;

    private SubjectPattern(String value, String[] tokens, boolean literal) {
        this.value = value;
        this.tokens = tokens;
        this.literal = literal;
    }

    /**
     * A pattern of that text.
     *
     * @throws ProtocolException MALFORMED, naming what is wrong
     */
    public static SubjectPattern of(String value) {
        String[] tokens = Subject.split(value, Subject.check(value));
        boolean literal = true;
        for (int i = 0; i < tokens.length; i++) {
            String token = tokens[i];
            if (token.equals(ONE) || token.equals(REST) && i == tokens.length - 1) {
                literal = false;
            } else if (token.equals(REST)) {
                throw Subject.bad("'>' is not the last token of '" + value + "'");
            } else if (token.indexOf('*') >= 0 || token.indexOf('>') >= 0) {
                throw Subject.bad("wildcard inside token '" + token + "'");
            }
        }
        return new SubjectPattern(value, tokens, literal);
    }

    /** Whether a first token belongs to the gateway or to a client, so that no wildcard matches it. */
    public static boolean isReserved(String firstToken) {
        return firstToken.equals("gateway") || firstToken.equals("client");
    }

    /** The whole text. */
    public String value() {
        return value;
    }

    /** Whether there is no wildcard, so that exactly one subject matches. */
    public boolean isLiteral() {
        return literal;
    }

    /** How many tokens there are, at least one. */
    public int tokenCount() {
        return tokens.length;
    }

    /** The token at that place, from 0. */
    public String token(int index) {
        return tokens[index];
    }

    /** Whether this pattern wants that subject. */
    public boolean matches(Subject subject) {
        int count = subject.tokenCount();
        for (int i = 0; i < tokens.length; i++) {
            if (i >= count) {
                return false;
            }
            String token = tokens[i];
            if (token.equals(ONE) || token.equals(REST)) {
                if (i == 0 && isReserved(subject.token(0))) {
                    return false;
                }
                if (token.equals(REST)) {
                    return true;
                }
            } else if (!token.equals(subject.token(i))) {
                return false;
            }
        }
        return tokens.length == count;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof SubjectPattern that && value.equals(that.value);
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
