package io.socketgateway.client.internal;

import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.netty.FrameReceiver;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An open way to a gateway: frames go in, and come out at a {@link FrameReceiver}. Belongs to the client's event loop. The
 * stream is one kind; a datagram session can be another.
 */
interface Transport {
    /**
     * Appends a frame; it goes out by the end of the loop's turn.
     *
     * @return false, and nothing is appended, if its body is longer than that
     */
    boolean append(Frame frame, int maxBodyBytes);

    /** Where the frame appended last ends. */
    long appendedBytes();

    /** How far the socket has taken what was appended. */
    long flushedBytes();

    /** How many bytes the socket has not yet taken. */
    long committedBytes();

    /** Closes at once; what the socket has not taken is lost. */
    void close();

    /** Closes once the socket has taken all. */
    void closeWhenFlushed();

    /** What a transport tells its owner, on the event loop. */
    interface Events {
        /** It is open. */
        void opened(Transport transport);

        /** Bytes have come, whatever they mean; the frames in them follow. */
        void heard();

        /** All frames that came together were handed over. */
        void settled();

        /** The socket has taken bytes. */
        void written();

        /** It is closed, or was never opened; told once. */
        void closed(@Nullable Throwable cause);
    }

    /** Opens transports of one kind. */
    interface Opener {
        /**
         * Begins to open one; what is returned gives it up while it is not open.
         *
         * @param frames takes what the gateway sends
         */
        Runnable open(InetSocketAddress address, Events events, FrameReceiver frames);
    }
}
