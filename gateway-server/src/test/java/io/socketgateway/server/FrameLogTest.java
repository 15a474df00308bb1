package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Payload;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A line for each frame of the client that the configuration names, and for nobody else's. */
class FrameLogTest {
    @AutoClose
    private final Harness gateway = Harness.startWithDatagrams(1, Form.BINARY, "server.frame-log", "watched");

    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.socketgateway.frames");

    @BeforeEach
    void listen() {
        logger.setAdditive(false);
        logger.setLevel(Level.INFO);
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(appender);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    /** The lines so far, without the name of the session, which must be this one. */
    private List<String> lines(String sessionId) {
        return List.copyOf(appender.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .peek(line -> assertThat(line).matches("(in |out) watched " + sessionId + " .*"))
                .map(line -> line.replace(" watched " + sessionId, ""))
                .toList();
    }

    @Test
    void whatGoesOverTheClientsStreamIsThere() {
        RawPeer peer = gateway.connect().expectNothing(); // not named yet
        String session = peer.hello("watched").sessionId();
        RawPeer other = gateway.named("other");
        peer.subscribe(2, "news");
        other.publish(3, "news", "secret");
        peer.message(2);
        peer.request(4, "nobody", "secret").expectError(4, ErrorCode.NO_WORKER);
        peer.sendBody("{\"type\":\"publish\",\"id\":5,\"subject\":\"a..b\"}").expectError(5, ErrorCode.MALFORMED);
        peer.send(new Frame.GoAway(6, null, Frame.ABSENT)).receive(Frame.GoAway.class);
        peer.expectOrderlyEnd();
        assertThat(lines(session))
                .containsExactly(
                        "in  hello id=1 clientId=watched",
                        "out welcome id=1 sessionId=" + session
                                + " clientId=watched keepAliveSeconds=30 maxFrameBytes=1048576",
                        "in  subscribe id=2 subject=news confirm",
                        "out response id=2 payload=0",
                        "out message id=2 subject=news payload=6 text",
                        "in  request id=4 subject=nobody payload=6 text",
                        "out error id=4 code=404 notProcessed",
                        "in  publish id=5 rejected=400",
                        "out error id=5 code=400",
                        "in  goaway id=6",
                        "out goaway id=6");
    }

    @Test
    void onDatagramsRepeatsAreThereToo() {
        RawDatagramPeer peer = gateway.datagramPeer();
        String session = peer.open("watched").sessionId();
        peer.request(2, "gateway.echo", "secret").answer(2);
        peer.request(2, "gateway.echo", "secret").answer(2);
        peer.send(PeerFrames.subscribe(3, "news")).expectConfirmed(3);
        gateway.connect().publish(1, "news", "secret");
        peer.message(3);
        assertThat(lines(session))
                .containsExactly(
                        "in  hello id=1 clientId=watched cookie",
                        "out welcome id=1 sessionId=" + session
                                + " clientId=watched keepAliveSeconds=30 maxFrameBytes=8192",
                        "in  request id=2 subject=gateway.echo payload=6 text",
                        "out response id=2 payload=6 text",
                        "in  request id=2 subject=gateway.echo payload=6 text",
                        "out response id=2 payload=6 text",
                        "in  subscribe id=3 subject=news confirm",
                        "out response id=3 payload=0",
                        "out message id=3 subject=news payload=6 text");
    }

    @Test
    void whoeverHasAnotherNameIsNotThere() {
        RawPeer peer = gateway.connect();
        String session = peer.hello("watched").sessionId();
        peer.reset();
        gateway.awaitSessions(0);
        RawPeer other = gateway.named("other").expectNothing();
        other.send(new Frame.Ping(1, Payload.EMPTY)).receive(Frame.Pong.class);
        assertThat(lines(session)).hasSize(2);
    }

    @Test
    void offItIsOff() {
        try (Harness off = Harness.start(1, Form.BINARY)) {
            off.named("watched").expectNothing();
            off.named("off").expectNothing();
        }
        assertThat(appender.list).isEmpty();
    }
}
