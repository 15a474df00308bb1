package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A thousand subscribers, a hundred of whom never read: the others do not notice, and nothing is lost uncounted. */
class FanOutTest {
    private static final int KIB = 1024;
    private static final int READING = 900;
    private static final int DEAF = 100;
    private static final int MESSAGES = 240;
    private static final int IN_A_ROW = 20;
    private static final int BACKLOG_BYTES = 96 * KIB;

    @AutoClose
    private final Harness gateway = Harness.start(
            "tcp://127.0.0.1:0?send-buffer-bytes=8KiB",
            2,
            Form.BINARY,
            "limits.sessions-per-address",
            "unlimited",
            "limits.new-sessions-per-second",
            "unlimited",
            "limits.backlog-bytes-per-session",
            Integer.toString(BACKLOG_BYTES));

    private static String text(int number) {
        return number + " " + "x".repeat(KIB);
    }

    private static int number(Frame frame) {
        String text = ((Frame.Message) frame).payload().text();
        return Integer.parseInt(text.substring(0, text.indexOf(' ')));
    }

    @Test
    void ofAThousandSubscribersAHundredNeverReadAndNobodyElseNotices() {
        List<RawPeer> reading = new ArrayList<>();
        List<RawPeer> deaf = new ArrayList<>();
        for (int i = 0; i < READING; i++) {
            reading.add(gateway.connect().subscribe(1, "news"));
        }
        for (int i = 0; i < DEAF; i++) {
            deaf.add(gateway.connect(4 * KIB).subscribe(1, "news"));
        }
        RawPeer publisher = gateway.connect();
        for (int begin = 0; begin < MESSAGES; begin += IN_A_ROW) {
            for (int i = begin; i < begin + IN_A_ROW; i++) {
                publisher.publish(1, "news", text(i));
            }
            for (RawPeer peer : reading) {
                for (int i = begin; i < begin + IN_A_ROW; i++) {
                    assertThat(number(peer.receive())).isEqualTo(i);
                }
            }
            // what waits is shared: all the deaf together cost no more than one of them
            assertThat(gateway.gauge("gateway.backlog.bytes")).isLessThan(2 * BACKLOG_BYTES);
        }
        gateway.settle();
        long dropped = gateway.gateway.counters().messagesDroppedOldest.sum();
        assertThat(dropped).isPositive();
        assertThat(gateway.gateway.counters().messagesDroppedNewest.sum()).isZero();

        long received = 0;
        for (RawPeer peer : deaf) {
            int last = -1;
            while (last < MESSAGES - 1) { // the newest is never the one that goes
                int number = number(peer.receive());
                assertThat(number).isGreaterThan(last);
                last = number;
                received++;
            }
            peer.expectNothing();
        }
        assertThat(received + dropped).isEqualTo((long) DEAF * MESSAGES);
        assertThat(gateway.gauge("gateway.backlog.bytes")).isZero();
    }
}
