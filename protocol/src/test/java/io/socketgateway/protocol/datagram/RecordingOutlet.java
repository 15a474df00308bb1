package io.socketgateway.protocol.datagram;

import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.codec.FrameCodec;
import java.util.ArrayList;
import java.util.List;

/** Keeps what goes to the peer, and what happens. */
final class RecordingOutlet implements Exchange.Outlet {
    private final int maxBodyBytes;
    private final List<Frame> sent = new ArrayList<>();
    private final List<Frame> givenUp = new ArrayList<>();
    private final List<Exchange.Event> events = new ArrayList<>();

    RecordingOutlet(int maxBodyBytes) {
        this.maxBodyBytes = maxBodyBytes;
    }

    /** What was sent since this was last called. */
    List<Frame> sent() {
        List<Frame> latest = List.copyOf(sent);
        sent.clear();
        return latest;
    }

    /** What was given up since this was last called. */
    List<Frame> givenUp() {
        List<Frame> latest = List.copyOf(givenUp);
        givenUp.clear();
        return latest;
    }

    /** What happened since this was last called. */
    List<Exchange.Event> events() {
        List<Exchange.Event> latest = List.copyOf(events);
        events.clear();
        return latest;
    }

    @Override
    public boolean send(Frame frame) {
        return fits(frame) && sent.add(frame);
    }

    @Override
    public boolean fits(Frame frame) {
        return FrameCodec.fits(frame, Form.BINARY, maxBodyBytes);
    }

    @Override
    public void gaveUp(Frame frame) {
        givenUp.add(frame);
    }

    @Override
    public void happened(Exchange.Event event) {
        events.add(event);
    }
}
