package io.socketgateway.protocol.netty;

/**
 * Takes what several streams of one loop write at the same time, so that it goes to the system with one call. Belongs to
 * that loop.
 */
public interface SendBatch {
    /** Takes nothing: each stream writes for itself. */
    SendBatch NONE = stream -> false;

    /**
     * Takes the write under way of a stream, which is told by {@link OutboundBuffer#sent} how many bytes of it the socket has
     * taken.
     *
     * @return false if the stream is to write for itself
     */
    boolean add(OutboundBuffer stream);
}
