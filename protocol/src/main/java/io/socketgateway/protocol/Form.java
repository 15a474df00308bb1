package io.socketgateway.protocol;

/** The form of a frame's body, told by its first byte (SPEC section 2). */
public enum Form {
    /** {@code type:u8 flags:u8 id:u32}, then the fields of the type. */
    BINARY,
    /** One JSON object; the first byte is an opening brace. */
    JSON
}
