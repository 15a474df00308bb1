package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Section 4: which worker gets a request. Requests come one at a time, so that all figures are exact. */
@LoopsAndForms
class RoutingTest {
    @AutoClose
    private final Harness gateway;

    RoutingTest(int loops, Form form) {
        this.gateway = Harness.start(loops, form);
    }

    /** Asks once and tells who of these got it; that one answers at once. */
    private static int ask(RawPeer peer, String subject, RawPeer... workers) {
        peer.request(1, subject, "who?");
        int chosen = whoHas(workers);
        workers[chosen].takeAndRespond("me");
        assertThat(peer.answer(1)).isEqualTo("me");
        return chosen;
    }

    private static int whoHas(RawPeer... workers) {
        int[] found = {-1};
        Harness.eventually(() -> {
            for (int i = 0; i < workers.length; i++) {
                if (workers[i].hasSomething()) {
                    found[0] = i;
                    return true;
                }
            }
            return false;
        });
        return found[0];
    }

    private static List<Integer> askTimes(int times, RawPeer peer, String subject, RawPeer... workers) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            order.add(ask(peer, subject, workers));
        }
        return order;
    }

    @Test
    void theMostSpecificPatternGetsItTokenByTokenFromTheLeft() {
        String[] fromTheLeast = {
            ">", "*.>", "*.*.*", "*.*.c", "*.b.>", "*.b.*", "*.b.c", "a.>", "a.*.>", "a.*.*", "a.*.c", "a.b.>", "a.b.*",
            "a.b.c"
        };
        RawPeer peer = gateway.connect();
        List<RawPeer> workers = new ArrayList<>();
        for (String pattern : fromTheLeast) {
            workers.add(gateway.connect().serve(1, pattern));
            assertThat(ask(peer, "a.b.c", workers.toArray(RawPeer[]::new)))
                    .as(pattern)
                    .isEqualTo(workers.size() - 1);
        }
        while (workers.size() > 1) {
            workers.remove(workers.size() - 1).unsubscribe(1);
            assertThat(ask(peer, "a.b.c", workers.toArray(RawPeer[]::new)))
                    .as(fromTheLeast[workers.size() - 1])
                    .isEqualTo(workers.size() - 1);
        }
    }

    @Test
    void patternsThatDoNotMatchGetNothing() {
        RawPeer worker = gateway.connect();
        String[] patterns = {"a", "a.b", "a.b.c.d", "a.*", "*.c", "a.b.c.>", "*.*.*.*", "b.>", "A.b.c"};
        for (int i = 0; i < patterns.length; i++) {
            worker.serve(i + 1, patterns[i]);
        }
        gateway.connect().request(1, "a.b.c", "").expectError(1, ErrorCode.NO_WORKER);
        worker.expectNothing();
    }

    @Test
    void theRestMatchesOneTokenOrMore() {
        RawPeer worker = gateway.connect().serve(1, "a.>");
        RawPeer peer = gateway.connect();
        assertThat(ask(peer, "a.b", worker)).isZero();
        assertThat(ask(peer, "a.b.c.d", worker)).isZero();
        peer.request(1, "a", "").expectError(1, ErrorCode.NO_WORKER);
    }

    @Test
    void groupsGetRequestsInTurnHoweverManyWorkersTheyHave() {
        RawPeer a1 = gateway.connect().serve(1, "s", "a");
        RawPeer a2 = gateway.connect().serve(1, "s", "a");
        RawPeer a3 = gateway.connect().serve(1, "s", "a");
        RawPeer b = gateway.connect().serve(1, "s", "b");
        List<Integer> order = askTimes(12, gateway.connect(), "s", a1, a2, a3, b);

        assertThat(order.stream().filter(i -> i == 3)).hasSize(6);
        for (int i = 1; i < order.size(); i++) {
            assertThat(order.get(i) == 3).isNotEqualTo(order.get(i - 1) == 3);
        }
        for (int worker = 0; worker < 3; worker++) {
            int each = worker;
            assertThat(order.stream().filter(i -> i == each)).hasSize(2);
        }
    }

    @Test
    void theEmptyGroupIsTheDefaultGroup() {
        RawPeer unnamed = gateway.connect().serve(1, "s", "");
        RawPeer named = gateway.connect().serve(1, "s", "default");
        RawPeer other = gateway.connect().serve(1, "s", "other");
        List<Integer> order = askTimes(8, gateway.connect(), "s", unnamed, named, other);
        assertThat(order.stream().filter(i -> i == 2)).hasSize(4);
        assertThat(order.stream().filter(i -> i == 0)).hasSize(2);
    }

    @Test
    void idleWorkersTakeTurns() {
        RawPeer[] workers = {
            gateway.connect().serve(1, "s"),
            gateway.connect().serve(1, "s"),
            gateway.connect().serve(1, "s")
        };
        List<Integer> order = askTimes(9, gateway.connect(), "s", workers);
        assertThat(order.subList(0, 3)).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(order.subList(3, 6)).isEqualTo(order.subList(0, 3));
        assertThat(order.subList(6, 9)).isEqualTo(order.subList(0, 3));
    }

    @Test
    void theWorkerWithTheFewestRequestsUnderWayGetsIt() {
        RawPeer[] workers = {
            gateway.connect().serve(1, "s"),
            gateway.connect().serve(1, "s"),
            gateway.connect().serve(1, "s")
        };
        RawPeer peer = gateway.connect();
        List<List<Frame.Request>> held = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < 30; i++) {
            int fewest = held.stream().mapToInt(List::size).min().orElseThrow();
            peer.request(100 + i, "s", "hold");
            int chosen = whoHas(workers);
            assertThat(held.get(chosen)).as("request %d", i).hasSize(fewest);
            held.get(chosen).add(workers[chosen].take());
            if (i % 4 == 3) { // the one that got it becomes the idlest
                for (Frame.Request request : held.get(chosen)) {
                    workers[chosen].respond(request.id(), "done");
                    peer.receive(Frame.Response.class);
                }
                held.get(chosen).clear();
            }
        }
    }

    @Test
    void tiesAreInTurnWhenAnotherIsBusy() {
        RawPeer[] workers = {
            gateway.connect().serve(1, "s"),
            gateway.connect().serve(1, "s"),
            gateway.connect().serve(1, "s")
        };
        RawPeer peer = gateway.connect().request(99, "s", "hold");
        int busy = whoHas(workers);
        workers[busy].take();
        List<Integer> order = askTimes(8, peer, "s", workers);
        assertThat(order).doesNotContain(busy);
        for (int i = 1; i < order.size(); i++) {
            assertThat(order.get(i)).as("%s", order).isNotEqualTo(order.get(i - 1));
        }
    }

    @Test
    void requestsThatEndedByErrorDeadlineOrCancelAreNoLongerUnderWay() {
        RawPeer[] workers = {gateway.connect().serve(1, "s"), gateway.connect().serve(1, "s")};
        RawPeer peer = gateway.connect();
        for (int i = 0; i < 6; i++) {
            peer.request(10, "s", "ends");
            int chosen = whoHas(workers);
            Frame.Request request = workers[chosen].take();
            if (i % 3 == 0) {
                workers[chosen].send(Frame.Error.of(request.id(), ErrorCode.FAILED, "no"));
                peer.expectError(10, ErrorCode.FAILED);
            } else if (i % 3 == 1) {
                peer.send(new Frame.Cancel(10)).expectError(10, ErrorCode.CANCELLED);
                workers[chosen].receive(Frame.Cancel.class);
            } else {
                gateway.pass(30_100);
                peer.expectError(10, ErrorCode.DEADLINE);
                workers[chosen].receive(Frame.Cancel.class);
            }
            workers[0].expectNothing();
            workers[1].expectNothing();
        }
        List<Integer> order = askTimes(4, peer, "s", workers);
        assertThat(order.get(0)).isNotEqualTo(order.get(1));
        assertThat(order.subList(2, 4)).isEqualTo(order.subList(0, 2));
    }

    @Test
    void oneSessionMayServeTheSamePatternTwice() {
        RawPeer twice = gateway.connect().serve(1, "s").serve(2, "s");
        RawPeer peer = gateway.connect();
        assertThat(askTimes(3, peer, "s", twice)).containsOnly(0);
        twice.unsubscribe(1);
        assertThat(ask(peer, "s", twice)).isZero();
        twice.unsubscribe(2);
        peer.request(1, "s", "").expectError(1, ErrorCode.NO_WORKER);
    }

    @Test
    void aWorkerThatIsGoneGetsNothingAndTheNextDoes() {
        RawPeer first = gateway.connect().serve(1, "s");
        RawPeer second = gateway.connect().serve(1, "s");
        RawPeer peer = gateway.connect();
        first.reset();
        gateway.awaitSessions(2);
        assertThat(askTimes(4, peer, "s", second)).containsOnly(0);
        second.send(new Frame.GoAway(5, null, Frame.ABSENT)).receive(Frame.GoAway.class);
        peer.request(1, "s", "").expectError(1, ErrorCode.NO_WORKER);
    }

    @Test
    void aServiceThatComesLaterIsFoundAtOnce() {
        RawPeer peer = gateway.connect();
        for (int i = 0; i < 5; i++) {
            peer.request(1, "late.s", "").expectError(1, ErrorCode.NO_WORKER);
            RawPeer worker = gateway.connect().serve(1, i % 2 == 0 ? "late.s" : "late.*");
            assertThat(ask(peer, "late.s", worker)).isZero();
            worker.unsubscribe(1);
        }
    }
}
