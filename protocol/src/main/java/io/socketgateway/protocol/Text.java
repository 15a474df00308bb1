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
}
