package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.server.config.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may begin a session: so many from one address, and so many in a second. */
class AdmissionTest {
    private static final String TRANSPORTS = "io.socketgateway.server.Transports#available";
    private static final String TCP = "tcp://127.0.0.1:0";
    private static final String UDP = "udp://127.0.0.1:0";

    private static Harness start(String transport, String key, String value) {
        return Harness.start(List.of(TCP, UDP), 2, Form.BINARY, "server.transport", transport, key, value);
    }

    private static long timesReached(Harness gateway, Limit limit) {
        return gateway.gateway.counters().timesReached(limit);
    }

    // By address

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    @Reaches(
            limit = Limit.SESSIONS_PER_ADDRESS,
            at = {Reach.UNDER, Reach.AT, Reach.OVER})
    void oneSessionTooManyFromAnAddressIs429(String transport) {
        try (Harness gateway = start(transport, "limits.sessions-per-address", "3")) {
            RawPeer first = gateway.connect().expectNothing();
            RawPeer second = gateway.connect().expectNothing();
            assertThat(timesReached(gateway, Limit.SESSIONS_PER_ADDRESS)).isZero();
            RawPeer third = gateway.connect().expectNothing();
            assertThat(timesReached(gateway, Limit.SESSIONS_PER_ADDRESS)).isZero();

            RawPeer fourth = gateway.connect();
            Frame.Error error = fourth.expectError(0, ErrorCode.LIMITED);
            assertThat(error.retryAfterMillis()).isEqualTo(1000);
            assertThat(error.message()).contains("sessions-per-address").contains("3");
            fourth.expectOrderlyEnd();
            assertThat(timesReached(gateway, Limit.SESSIONS_PER_ADDRESS)).isEqualTo(1);
            assertThat(gateway.gateway.counters().sessionsRefused.sum()).isEqualTo(1);

            first.expectNothing();
            third.expectNothing();
            second.close();
            gateway.awaitSessions(2);
            gateway.connect().expectNothing();
        }
    }

    @Test
    void sessionsOverTcpAndUdpCountTogetherAndOtherAddressesForThemselves() {
        try (Harness gateway = start("auto", "limits.sessions-per-address", "2")) {
            gateway.connect().expectNothing();
            RawDatagramPeer second = gateway.datagramSession(null);

            gateway.connect().expectError(0, ErrorCode.LIMITED);
            RawDatagramPeer third = gateway.datagramPeer();
            third.sendHello(PeerFrames.withCookie(Frame.Hello.of(7), third.cookie()));
            Frame.Error error = third.expectErrorOutside(7, ErrorCode.LIMITED);
            assertThat(error.retryAfterMillis()).isEqualTo(1000);
            assertThat(timesReached(gateway, Limit.SESSIONS_PER_ADDRESS)).isEqualTo(2);
            assertThat(gateway.sessionCount()).isEqualTo(2);

            gateway.keep(RawDatagramPeer.at(gateway.datagramAddress(), Form.BINARY, Harness.loopback(2), 0))
                    .open(null);
            second.send(new Frame.GoAway(9, null, Frame.ABSENT));
            gateway.awaitSessions(2);
            third.sendHello(PeerFrames.withCookie(Frame.Hello.of(7), third.cookie()));
            third.welcomed(7);
        }
    }

    /** As many HELLOs as one likes, each with another id, would take every place that there is. */
    @Test
    void oneCookieOpensNoMoreSessionsThanItsAddressMayHave() {
        try (Harness gateway = start("auto", "limits.sessions-per-address", "5")) {
            RawDatagramPeer peer = gateway.datagramPeer();
            String cookie = peer.cookie();
            for (int id = 1; id <= 50; id++) {
                peer.sendHello(PeerFrames.withCookie(Frame.Hello.of(id), cookie));
                if (id <= 5) {
                    peer.welcomed(id);
                } else {
                    peer.expectErrorOutside(id, ErrorCode.LIMITED);
                }
            }
            assertThat(gateway.sessionCount()).isEqualTo(5);
            assertThat(timesReached(gateway, Limit.SESSIONS_PER_ADDRESS)).isEqualTo(45);
        }
    }

    @Test
    void aSessionCountsWhereItWasOpenedWhereverItsClientGoes() {
        try (Harness gateway = start("auto", "limits.sessions-per-address", "1")) {
            RawDatagramPeer peer = gateway.datagramSession(null);
            RawDatagramPeer there = gateway.keep(
                            RawDatagramPeer.at(gateway.datagramAddress(), Form.BINARY, Harness.loopback(2), 0))
                    .bear(peer.token());
            there.expectNothing();
            there.send(new Frame.Pong(0, there.proofsWanted().get(0).payload())).expectNothing();
            assertThat(gateway.gateway.counters().addressesValidated.sum()).isEqualTo(1);

            gateway.connect().expectError(0, ErrorCode.LIMITED);
            gateway.keep(RawDatagramPeer.at(gateway.datagramAddress(), Form.BINARY, Harness.loopback(2), 0))
                    .open(null);
        }
    }

    @Test
    void trustedSourcesAreExempt() {
        try (Harness gateway = Harness.start(
                List.of(TCP, UDP),
                2,
                Form.BINARY,
                "limits.sessions-per-address",
                "1",
                "limits.trusted-sources",
                "10.0.0.0/8,127.0.0.0/30")) {
            for (int i = 0; i < 5; i++) {
                gateway.connect().expectNothing();
                gateway.datagramSession(null);
            }
            assertThat(gateway.sessionCount()).isEqualTo(10);
            assertThat(timesReached(gateway, Limit.SESSIONS_PER_ADDRESS)).isZero();
        }
    }

    // By time

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    @Reaches(
            limit = Limit.NEW_SESSIONS_PER_SECOND,
            at = {Reach.UNDER, Reach.AT, Reach.OVER})
    void beyondTheRateAcceptingPausesAndWhoWaitsGetsInLater(String transport) {
        try (Harness gateway = start(transport, "limits.new-sessions-per-second", "2")) {
            RawPeer first = gateway.connect().expectNothing();
            assertThat(timesReached(gateway, Limit.NEW_SESSIONS_PER_SECOND)).isZero();
            RawPeer second = gateway.connect().expectNothing(); // the last turn: nobody is accepted after that
            assertThat(timesReached(gateway, Limit.NEW_SESSIONS_PER_SECOND)).isEqualTo(1);
            assertThat(gateway.gateway.counters().acceptingPaused.sum()).isEqualTo(1);

            RawPeer third = gateway.connect().request(1, "gateway.echo", "waited");
            for (int i = 0; i < 20; i++) {
                first.expectNothing();
                second.expectNothing();
            }
            third.expectSilence();
            assertThat(gateway.sessionCount()).isEqualTo(2);

            gateway.advance(500);
            assertThat(third.answer(1)).isEqualTo("waited");
            assertThat(gateway.sessionCount()).isEqualTo(3);
            assertThat(gateway.gateway.counters().sessionsRefused.sum()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void ofManyAtOnceExactlySoManyBeginAsThereAreTurns(String transport) {
        try (Harness gateway = start(transport, "limits.new-sessions-per-second", "4")) {
            List<RawPeer> peers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                peers.add(gateway.connect().request(1, "gateway.echo", "i am " + i));
            }
            for (int begun = 4; begun < peers.size(); begun++) {
                assertThat(peers.get(begun - 1).answer(1)).isEqualTo("i am " + (begun - 1));
                gateway.awaitSessions(begun); // those before are of another loop
                gateway.advance(250);
            }
            assertThat(peers.get(19).answer(1)).isEqualTo("i am 19");
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    @Reaches(
            limit = Limit.NEW_SESSIONS_PER_SECOND,
            at = {Reach.UNDER, Reach.AT, Reach.OVER})
    void overUdpWhatWouldOpenASessionIsDroppedAndItsRepeatGetsIn(String transport) {
        try (Harness gateway = start(transport, "limits.new-sessions-per-second", "2")) {
            gateway.datagramSession(null);
            gateway.datagramSession(null);
            assertThat(timesReached(gateway, Limit.NEW_SESSIONS_PER_SECOND)).isZero();

            RawDatagramPeer third = gateway.datagramPeer();
            Frame.Hello hello = PeerFrames.withCookie(Frame.Hello.of(7), third.cookie());
            third.sendHello(hello).expectNoAnswer();
            assertThat(timesReached(gateway, Limit.NEW_SESSIONS_PER_SECOND)).isEqualTo(1);
            assertThat(gateway.sessionCount()).isEqualTo(2);

            gateway.advance(500);
            third.sendHello(hello).welcomed(7);
        }
    }

    /** Its HELLOs are refused before they take a turn that another client could have. */
    @Test
    void whoIsRefusedTakesNobodysTurnAndAFloodOfThemIsClosedWithoutAWord() {
        try (Harness gateway = Harness.start(
                List.of(TCP, UDP),
                1,
                Form.BINARY,
                "limits.sessions-per-address",
                "1",
                "limits.new-sessions-per-second",
                "5")) {
            RawPeer first = gateway.connect().expectNothing();
            for (int i = 0; i < 5; i++) {
                gateway.connect().expectError(0, ErrorCode.LIMITED);
            }
            for (int i = 0; i < 3; i++) {
                gateway.connect().expectEnd();
            }
            assertThat(gateway.gateway.counters().connectionsTurnedAway.sum()).isEqualTo(3);
            for (int host = 2; host <= 5; host++) {
                gateway.keep(RawDatagramPeer.at(gateway.datagramAddress(), Form.BINARY, Harness.loopback(host), 0))
                        .open(null);
            }
            first.expectNothing();
        }
    }

    @Test
    void whoHasAllPlacesOfItsAddressTakesNobodysTurn() {
        try (Harness gateway = Harness.start(
                List.of(TCP, UDP),
                1,
                Form.BINARY,
                "limits.sessions-per-address",
                "1",
                "limits.new-sessions-per-second",
                "3")) {
            RawDatagramPeer greedy = gateway.datagramSession(null);
            String cookie = greedy.cookie();
            for (int id = 10; id < 30; id++) {
                greedy.sendHello(PeerFrames.withCookie(Frame.Hello.of(id), cookie))
                        .expectErrorOutside(id, ErrorCode.LIMITED);
            }
            gateway.keep(RawDatagramPeer.at(gateway.datagramAddress(), Form.BINARY, Harness.loopback(2), 0))
                    .open(null);
            assertThat(timesReached(gateway, Limit.NEW_SESSIONS_PER_SECOND)).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whoStillWaitsWhenTheGatewayClosesIsTurnedAway(String transport) {
        try (Harness gateway = start(transport, "limits.new-sessions-per-second", "1")) {
            List<RawPeer> peers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                peers.add(gateway.connect());
            }
            gateway.awaitSessions(1);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(gateway.gateway::close);
            peers.get(0).expectError(0, ErrorCode.UNAVAILABLE);
            for (RawPeer peer : peers) {
                peer.expectEnd();
                peer.reset();
            }
            closing.join();
        }
    }
}
