package io.socketgateway.server.session;

import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.codec.SharedMessage;
import io.socketgateway.protocol.netty.FrameDecoder;
import io.socketgateway.protocol.netty.OutboundBuffer;
import io.socketgateway.server.loop.Loop;
import io.socketgateway.server.routing.Counters;
import io.socketgateway.server.routing.Tally;
import io.socketgateway.server.routing.Traffic;
import org.jspecify.annotations.Nullable;

/** Counts what one stream carries: once for each batch that was read or written. Belongs to the connection's loop. */
public final class StreamMeter {
    private final Counters counters;
    private final Traffic traffic;
    private final Tally tally;
    private @Nullable FrameLog log;
    private long receivedBytes; // of all that was counted
    private long receivedFrames;
    private long sentBytes;
    private long sentFrames;

    StreamMeter(Counters counters, Loop loop) {
        this.counters = counters;
        this.traffic = counters.traffic("tcp");
        this.tally = counters.tally(loop);
    }

    /** A batch has been read. */
    public void received(FrameDecoder decoder) {
        long bytes = decoder.receivedBytes();
        if (bytes != receivedBytes) {
            traffic.bytesReceived.add(bytes - receivedBytes);
            receivedBytes = bytes;
        }
        long frames = decoder.receivedFrames();
        if (frames != receivedFrames) {
            traffic.framesReceived.add(frames - receivedFrames);
            receivedFrames = frames;
        }
    }

    /** A batch has been written, or as much of it as the system took. */
    public void sent(OutboundBuffer out) {
        long bytes = out.flushedBytes();
        if (bytes != sentBytes) {
            traffic.bytesSent.add(bytes - sentBytes);
            sentBytes = bytes;
        }
        long frames = out.appendedFrames();
        if (frames != sentFrames) {
            traffic.framesSent.add(frames - sentFrames);
            sentFrames = frames;
        }
    }

    /** Logs what is committed from now on; null: nothing any more. */
    public void log(@Nullable FrameLog newLog) {
        log = newLog;
    }

    /** A frame was committed, or was too long. */
    public boolean appended(Frame frame, boolean fits) {
        if (log != null && fits) {
            log.sent(frame);
        }
        if (fits && frame instanceof Frame.Error error) {
            counters.errorsSent.increment(error.errorCode());
        }
        return fits;
    }

    /** The same of a message. */
    public boolean appended(SharedMessage message, int id, boolean fits) {
        if (fits) {
            if (log != null) {
                log.sent(message.message(), id);
            }
            tally.increment(Tally.Count.MESSAGE_DELIVERED);
        }
        return fits;
    }
}
