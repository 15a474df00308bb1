package io.socketgateway.protocol.netty;

import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Keeps what a decoder hands over, in order: frames, and faults as they were told. */
final class FrameRecorder implements FrameReceiver {
    private final List<Object> events = new ArrayList<>();
    private Consumer<Object> then = event -> {};
    private int reads;

    /** What happens next, each time, within the call. */
    FrameRecorder then(Consumer<Object> action) {
        this.then = action;
        return this;
    }

    List<Object> events() {
        return events;
    }

    int reads() {
        return reads;
    }

    ProtocolException lastFault() {
        return (ProtocolException) events.get(events.size() - 1);
    }

    @Override
    public void bytesReceived(int bytes) {
        reads++;
    }

    @Override
    public void received(Frame frame) {
        record(frame);
    }

    @Override
    public void rejected(ProtocolException fault) {
        if (fault.frameType() == null) {
            throw new AssertionError("rejected without a frame", fault);
        }
        record(fault);
    }

    @Override
    public void failed(ProtocolException fault) {
        if (fault.frameType() != null) {
            throw new AssertionError("failed of one frame", fault);
        }
        record(fault);
    }

    private void record(Object event) {
        events.add(event);
        then.accept(event);
    }
}
