package io.socketgateway.server.session;

import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.codec.SharedMessage;
import org.jspecify.annotations.Nullable;

/** What carries a session's frames. Belongs to the session's loop. */
public interface Link {
    /** What kind it is. */
    Carrier carrier();

    /** What the client may send at once, as WELCOME states it: a body on a stream, else a datagram; in bytes. */
    int maxFrameBytes();

    /** What owns a datagram session, as WELCOME states it; null on a stream. */
    @Nullable
    String datagramToken();

    /** Whether one more request would be sent at once. */
    boolean takesRequests();

    /**
     * Encodes a frame behind those before it; it will be sent.
     *
     * @return false, and nothing is sent, if its body is longer than that
     */
    boolean commit(Frame frame, Form form, int maxBodyBytes);

    /** The same for a shared message. */
    boolean commit(SharedMessage message, int id, Form form, int maxBodyBytes);

    /** Where the committed frames end, in bytes from the beginning. */
    long committedPosition();

    /** How far the socket has taken them, in bytes from the beginning. */
    long flushedPosition();

    /** Logs what is committed from now on, and on datagrams what comes; null: nothing any more. */
    void log(@Nullable FrameLog log);

    /** Writes what was committed. */
    void flush();

    /** Reads no more from the peer until told to. */
    void pauseReading();

    /** Reads again. */
    void resumeReading();

    /** The form of the latest body of which the first byte has come; binary before there was one. */
    Form receivedForm();

    /** How many bytes of an unfinished frame have come; 0 between frames. */
    int unfinishedBytes();

    /** How many bytes of whole frames have come: where the unfinished one begins. */
    long consumedBytes();

    /** Sends what was committed, then reads and discards for a moment so that it arrives, then closes. */
    void finish();

    /** Closes if the peer has reset a connection on which it had shut down its sending side, and that can be known. */
    void closeIfReset();
}
