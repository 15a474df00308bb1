package io.socketgateway.protocol;

/** What a payload claims to hold; two bits of a frame's flags (SPEC section 2, CONTENT). */
public enum Content {
    /** Bytes without further meaning. */
    BYTES(0x00),
    /** One JSON document. */
    JSON(0x02),
    /** UTF-8 text. */
    TEXT(0x04),
    /** CBOR, RFC 8949. */
    CBOR(0x06);

    /** The bits of the flags byte that tell the content. */
    public static final int MASK = 0x06;

    private static final Content[] BY_FLAG = values();

    private final int flag;

    Content(int flag) {
        this.flag = flag;
    }

    /** The bits in the flags byte. */
    public int flag() {
        return flag;
    }

    /** The content that a flags byte tells; its other bits are ignored. */
    public static Content ofFlags(int flags) {
        return BY_FLAG[(flags & MASK) >> 1];
    }
}
