package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Section 3, slow receivers: no worker is given credit by a requester for which too much waits. */
@LoopsAndForms
class HeldCreditTest {
    private static final int KIB = 1024;

    @AutoClose
    private final Harness gateway;

    HeldCreditTest(int loops, Form form) {
        gateway = Harness.start(
                "tcp://127.0.0.1:0?send-buffer-bytes=8KiB", loops, form, "limits.backlog-bytes-per-session", "8KiB");
    }

    @Test
    void creditIsHeldBackWhileMoreThanHalfOfTheBoundWaitsForTheRequester() {
        RawPeer worker = gateway.connect().serve(2, "flow");
        RawPeer requester = gateway.connect(4 * KIB).subscribe(1, "noise");
        requester.requestStream(7, "flow", 1);
        int first = worker.take().id();
        RawPeer publisher = gateway.connect();
        while (gateway.gauge("gateway.backlog.bytes") == 0) {
            publisher.publish(1, "noise", "x".repeat(2 * KIB));
            publisher.expectNothing();
            gateway.settle();
        }
        List<Frame> atOnce = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            atOnce.add(new Frame.Ping(100 + i, Payload.EMPTY)); // their answers have to wait, too
        }
        atOnce.add(new Frame.Credit(7, 5));
        atOnce.add(RawPeer.streamFrame(8, "flow", 3));
        requester.send(atOnce.toArray(Frame[]::new));

        Frame.Request second = worker.take();
        assertThat(second.credit()).isZero();
        worker.expectNothing();
        gateway.settle();
        worker.expectSilence();

        int pongs = 0;
        while (pongs < 10) {
            pongs += requester.receive() instanceof Frame.Pong ? 1 : 0;
        }
        assertThat(List.of(worker.receive(), worker.receive()))
                .containsExactlyInAnyOrder(new Frame.Credit(first, 5), new Frame.Credit(second.id(), 3));
    }
}
