package io.socketgateway.server.routing;

import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.server.loop.Loop;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers a PUBLISH with CONFIRM once every loop has delivered it. */
final class PublishReceipt implements Loop.Recipient {
    private final Party publisher;
    private final int id;
    private final AtomicInteger expected = new AtomicInteger(1); // the publisher's own, until all are expected

    PublishReceipt(Party publisher, int id) {
        this.publisher = publisher;
        this.id = id;
        publisher.confirmBegun();
    }

    void expect() {
        expected.incrementAndGet();
    }

    void done(Loop loop) {
        if (expected.decrementAndGet() == 0) {
            loop.hand(publisher.loop(), this, this);
        }
    }

    @Override
    public void receive(Object ignored) {
        publisher.send(new Frame.Response(id, false, Headers.EMPTY, Payload.EMPTY));
        publisher.confirmEnded();
    }
}
