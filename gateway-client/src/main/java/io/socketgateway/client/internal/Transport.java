package io.socketgateway.client.internal;

import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.netty.FrameReceiver;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An open way to a gateway: frames go in, and come out at a {@link FrameReceiver}. A stream is one kind, a datagram session
 * the other. Belongs to the client's event loop.
 */
interface Transport {
    /**
     * Appends a frame; it goes out by the end of the loop's turn.
     *
     * @return false, and nothing is appended, if its body is longer than that
     */
    boolean append(Frame frame, int maxBodyBytes);

    /** The same for a frame that measures the way: it goes out once, however long its answer takes. */
    boolean appendOnce(Frame frame, int maxBodyBytes);

    /**
     * No answer to the frame of that id is wanted any more.
     *
     * @return true if it has not gone out, and now never will
     */
    boolean abandon(int id);

    /** Where the frame appended last ends; to be asked about later. */
    long position();

    /** Whether the frame that ends there may have gone out. */
    boolean mayHaveBeenSent(long position);

    /** The longest body that may be appended, of what WELCOME said. */
    int maxBodyBytes(long maxFrameBytes);

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

        /** A PING is wanted now: the gateway may not know this session any more, or not yet where it is. */
        void pingWanted();

        /** No answer to the frame of that id has come in time, and it is not sent again. */
        void gaveUp(int id);

        /** It is closed, or was never opened; told once. */
        void closed(@Nullable Throwable cause);
    }

    /** Opens transports of one kind. */
    interface Opener {
        /** The opening frame of one more session, as this kind needs it. */
        Frame.Hello hello(Frame.Hello hello);

        /**
         * Begins to open one; what is returned gives it up while it is not open.
         *
         * @param frames takes what the gateway sends
         */
        Runnable open(InetSocketAddress address, Events events, FrameReceiver frames);
    }

    /** Which kind of transport an endpoint wants. */
    interface Openers {
        Opener opener(Endpoint endpoint);
    }
}
