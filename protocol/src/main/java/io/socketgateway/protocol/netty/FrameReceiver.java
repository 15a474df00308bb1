package io.socketgateway.protocol.netty;

import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.ProtocolException;

/** Where a decoder hands what it found, on the channel's event loop, in the order of arrival. */
public interface FrameReceiver {
    /** So many bytes have come, whatever they turn out to be: the peer is alive. Called before anything in them is handed over. */
    default void bytesReceived(int bytes) {}

    /** A frame that is well formed and keeps the rules. */
    void received(Frame frame);

    /** A frame that parsed and broke a rule: the fault bears its type and id. The frames after it still come. */
    void rejected(ProtocolException fault);

    /** A frame that does not parse or is too long. Nothing is handed over after it. */
    void failed(ProtocolException fault);
}
