package io.socketgateway.protocol.codec;

import io.socketgateway.protocol.ProtocolException;

/**
 * Moves over a document of JSON once, byte by byte: RFC 8259 to the letter, UTF-8 only, nested at most 64 deep. What is
 * wrong is a {@link ProtocolException} at once, but keeps nothing: no table of names, no text. For one thread at a time.
 */
final class JsonScanner {
    /** Nesting of a whole body; the frame's own object is the first level. */
    static final int MAX_DEPTH = 64;

    /** How many bytes an array must have behind the document. The first becomes 0, which ends whatever is not at its end. */
    static final int PADDING_BYTES = Long.BYTES;

    /** What {@link #number} tells of a number that is not written as an integer. */
    static final long NO_INTEGER = Long.MIN_VALUE;

    private static final long MOST = 1L << 53; // what is greater is told as this

    private byte[] bytes = new byte[PADDING_BYTES];
    private int start;
    private int end;
    private int at;
    private int depth;

    /** From here on it is about this document, inside so many levels. */
    void begin(byte[] document, int from, int to, int levels) {
        bytes = document;
        start = from;
        end = to;
        at = from;
        depth = levels;
        document[to] = 0;
    }

    /** Whether that document is one value, inside the object of a frame. */
    boolean isData(byte[] document, int from, int to) {
        begin(document, from, to, 1);
        try {
            skipValue();
            return isAtEnd();
        } catch (ProtocolException e) {
            return false;
        }
    }

    /** Where it stands. */
    int at() {
        return at;
    }

    /** Whether nothing but white space follows; it is skipped. */
    boolean isAtEnd() {
        token();
        return at == end;
    }

    /** Skips white space; returns what follows, 0 at the end. */
    private byte token() {
        byte b = bytes[at];
        while (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
            b = bytes[++at];
        }
        return b;
    }

    /** From the brace that opens an object to its first name; false if it has none, then behind it. */
    boolean firstMember() {
        enter();
        if (token() == '}') {
            leave();
            return false;
        }
        return name();
    }

    /** From behind a value to the next name; false if there is none, then behind the object. */
    boolean nextMember() {
        byte b = token();
        if (b == '}') {
            leave();
            return false;
        }
        if (b != ',') {
            throw fault("expected ',' or '}'");
        }
        at++;
        return name();
    }

    private boolean name() {
        if (token() != '"') {
            throw fault("expected a name");
        }
        return true;
    }

    /** From behind a name to the first byte of its value, which is returned. */
    byte value() {
        if (token() != ':') {
            throw fault("expected ':'");
        }
        at++;
        return token();
    }

    private void enter() {
        if (++depth > MAX_DEPTH) {
            throw fault("nested deeper than " + MAX_DEPTH);
        }
        at++;
    }

    private void leave() {
        depth--;
        at++;
    }

    /** Skips one value and the white space before it. */
    void skipValue() {
        switch (token()) {
            case '"' -> skipString();
            case '{' -> {
                for (boolean more = firstMember(); more; more = nextMember()) {
                    skipString();
                    value();
                    skipValue();
                }
            }
            case '[' -> skipArray();
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            case 't' -> skipLiteral("true");
            case 'f' -> skipLiteral("false");
            case 'n' -> skipLiteral("null");
            default -> throw fault("expected a value");
        }
    }

    private void skipArray() {
        enter();
        if (token() != ']') {
            skipValue();
            while (token() != ']') {
                if (bytes[at] != ',') {
                    throw fault("expected ',' or ']'");
                }
                at++;
                skipValue();
            }
        }
        leave();
    }

    private void skipLiteral(String literal) {
        for (int i = 0; i < literal.length(); i++) {
            if (bytes[at] != literal.charAt(i)) {
                throw fault("expected " + literal);
            }
            at++;
        }
    }

    /** From one quotation mark to behind the other; returns whether there are escapes between them. */
    boolean skipString() {
        byte[] document = bytes;
        boolean escapes = false;
        int i = at + 1;
        while (true) {
            long unusual = Octets.unusual(Octets.at(document, i));
            if (unusual == 0) {
                i += Long.BYTES;
                continue;
            }
            i += Octets.before(unusual);
            byte b = document[i];
            if (b == '"') {
                at = i + 1;
                return escapes;
            } else if (b == '\\') {
                escapes = true;
                i = behindEscape(i + 1);
            } else {
                i = behindCharacters(i);
            }
        }
    }

    private int behindEscape(int index) {
        byte letter = bytes[index];
        if (JsonEscapes.isShort(letter)) {
            return index + 1;
        }
        if (letter != 'u') {
            at = index;
            throw fault("no such escape");
        }
        for (int i = index + 1; i <= index + 4; i++) {
            if (Character.digit(bytes[i], 16) < 0) {
                at = i;
                throw fault("expected a hexadecimal digit");
            }
        }
        return index + 5;
    }

    /** Skips as many as come in a row that are no ASCII. */
    private int behindCharacters(int index) {
        int i = index;
        while (bytes[i] < 0) {
            int next = Utf8.next(bytes, i);
            if (next < 0) {
                at = i;
                throw fault("invalid UTF-8");
            }
            i = next;
        }
        if (i == index) {
            at = i;
            throw fault("a control character in a string");
        }
        return i;
    }

    /** Skips a number; returns it if it is written as an integer, at most {@value #MOST} on either side of 0. */
    long number() {
        boolean negative = bytes[at] == '-';
        if (negative) {
            at++;
        }
        int first = at;
        long number = 0;
        for (int digit = bytes[at] - '0'; digit >= 0 && digit <= 9; digit = bytes[++at] - '0') {
            number = Math.min(10 * number + digit, MOST);
        }
        if (at == first) {
            throw fault("expected a digit");
        }
        if (bytes[first] == '0' && at > first + 1) {
            throw fault("a number that begins with 0");
        }
        boolean integer = true;
        if (bytes[at] == '.') {
            integer = false;
            at++;
            skipDigits();
        }
        if (bytes[at] == 'e' || bytes[at] == 'E') {
            integer = false;
            at++;
            if (bytes[at] == '+' || bytes[at] == '-') {
                at++;
            }
            skipDigits();
        }
        return integer ? negative ? -number : number : NO_INTEGER;
    }

    private void skipDigits() {
        int first = at;
        while (bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        if (at == first) {
            throw fault("expected a digit");
        }
    }

    /** That the bytes are no text at all counts for more than what is wrong with the text. */
    ProtocolException fault(String what) {
        return ProtocolException.malformed(
                Utf8.isValid(bytes, start, end)
                        ? "json: " + (at == end ? "cut off, " : "") + what + " at byte " + (at - start)
                        : "json: invalid UTF-8");
    }
}
