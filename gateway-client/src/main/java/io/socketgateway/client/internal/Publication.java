package io.socketgateway.client.internal;

import io.socketgateway.client.GatewayException;
import io.socketgateway.protocol.Frame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A message that nobody waits for: it goes out on the newest connection that takes it, and if the last one went while the
 * message was on its way to the event loop, on the next.
 */
final class Publication implements OutgoingCall, Runnable {
    private static final Logger log = LoggerFactory.getLogger(Publication.class);

    private final ClientContext context;
    private final Outlet outlet;
    private final Frame.Publish frame;
    private final int bytes;

    /** A message whose bytes were taken from the budget. */
    Publication(ClientContext context, Outlet outlet, Frame.Publish frame, int bytes) {
        this.context = context;
        this.outlet = outlet;
        this.frame = frame;
        this.bytes = bytes;
    }

    @Override
    public void run() {
        Connection open = outlet.forMessages();
        if (open != null && open.takesMessages()) {
            transmit(open);
        } else {
            outlet.submit(this);
        }
    }

    @Override
    public void transmit(Connection open) {
        context.budget().releaseBytes(bytes);
        if (!open.send(frame)) {
            log.warn("a message on {} was longer than the gateway takes by now, and is lost", frame.subject());
        }
    }

    @Override
    public void refused(GatewayException fault) {
        context.budget().releaseBytes(bytes);
        log.warn("a message on {} is lost: {}", frame.subject(), fault.getMessage());
    }

    @Override
    public boolean answered(Frame.Response response) {
        return true; // it has no id, so nothing answers it
    }

    @Override
    public void failed(GatewayException fault) {
        // nor this
    }
}
