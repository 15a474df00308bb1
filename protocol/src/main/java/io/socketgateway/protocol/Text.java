package io.socketgateway.protocol;

/** What the values need to know of strings: their size in UTF-8, and whether they can be written in it at all. */
final class Text {
    private Text() {}

    /**
     * The number of bytes of a string in UTF-8.
     *
     * @param field the name that an error tells
     * @throws ProtocolException MALFORMED if the string holds an unpaired surrogate
     */
    static int utf8Length(String field, String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                if (!Character.isSurrogate(c)) {
                    bytes += c < 0x800 ? 1 : 2;
                } else if (Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    bytes += 2; // two chars, four bytes
                    i++;
                } else {
                    throw new ProtocolException(ErrorCode.MALFORMED, field + ": unpaired surrogate");
                }
            }
        }
        return bytes;
    }
    /** The text, or as much of its beginning as has at most so many bytes in UTF-8; no character is split. */
    static String cut(String text, int maxBytes) {
        if (text.length() <= maxBytes / 3) { // no char takes more than three bytes
            return text;
        }
        int bytes = 0;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            if (bytes > maxBytes) {
                return text.substring(0, i);
            }
            i += Character.charCount(point);
        }
        return text;
    }
}
