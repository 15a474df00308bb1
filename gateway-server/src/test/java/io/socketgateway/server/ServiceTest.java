package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Subject;
import io.socketgateway.server.service.ServiceException;
import io.socketgateway.server.service.ServiceRequest;
import io.socketgateway.server.service.ServiceResponse;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Services in the gateway's process. */
@LoopsAndForms
class ServiceTest {
    private final int loops;
    private final Form form;

    @AutoClose
    private final Harness gateway;

    ServiceTest(int loops, Form form) {
        this.loops = loops;
        this.form = form;
        this.gateway = Harness.start(loops, form);
    }

    private static ServiceResponse text(String text) {
        return ServiceResponse.of(Payload.text(text));
    }

    @Test
    void aServiceGetsTheRequestAndItsAnswerIsCarriedBack() {
        BlockingQueue<ServiceRequest> requests = new LinkedBlockingQueue<>();
        gateway.gateway.serve("orders.*", request -> {
            requests.add(request);
            return new ServiceResponse(Headers.of("a", "b"), Payload.json("{\"id\":7}"));
        });
        RawPeer peer = gateway.named("asker");
        peer.send(new Frame.Request(
                2, Subject.of("orders.get"), 5_000, Frame.ABSENT, Headers.of("k", "v"), Payload.text("seven")));
        assertThat(peer.receive())
                .isEqualTo(new Frame.Response(2, false, Headers.of("a", "b"), Payload.json("{\"id\":7}")));
        ServiceRequest request = requests.remove();
        assertThat(request.subject()).isEqualTo(Subject.of("orders.get"));
        assertThat(request.headers()).isEqualTo(Headers.of("k", "v"));
        assertThat(request.payload()).isEqualTo(Payload.text("seven"));
        assertThat(request.remainingMillis()).isBetween(4_900L, 5_000L);
        assertThat(request.caller().clientId()).isEqualTo("asker");
        assertThat(request.caller().transport()).isEqualTo("tcp");
    }

    @Test
    void itNeverRunsOnAnEventLoopAndMayBlock() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        gateway.gateway.serve("slow", request -> {
            release.await();
            return text(Thread.currentThread().getName());
        });
        RawPeer peer = gateway.connect();
        for (int id = 1; id <= 10; id++) {
            peer.request(id, "slow", "");
        }
        peer.expectNothing(); // the loop is not stopped
        release.countDown();
        for (int i = 0; i < 10; i++) {
            assertThat(peer.receive(Frame.Response.class).payload().text())
                    .startsWith("gateway-service")
                    .doesNotContain("worker");
        }
    }

    @Test
    void anExecutorThatRunsInTheCallersThreadHasItRunOnTheLoop() {
        gateway.gateway.serve("here", request -> text(Thread.currentThread().getName()), Runnable::run);
        gateway.gateway.serve(
                "broken",
                request -> {
                    throw new IllegalStateException("secret");
                },
                Runnable::run);
        RawPeer peer = gateway.connect();
        peer.request(1, "here", "");
        assertThat(peer.receive(Frame.Response.class).payload().text()).contains("worker");
        peer.request(2, "broken", "");
        peer.expectError(2, ErrorCode.FAILED);
        peer.send(new Frame.Request(3, Subject.of("here"), Frame.ABSENT, 0, Headers.EMPTY, Payload.EMPTY));
        peer.expectNothing(); // there is an answer, and no credit for it
        peer.send(new Frame.Credit(3, 1));
        assertThat(peer.receive(Frame.Response.class).id()).isEqualTo(3);
    }

    @Test
    void whatAnExecutorRejectsIs503() {
        gateway.gateway.serve("refused", request -> text("never"), task -> {
            throw new RejectedExecutionException("full");
        });
        gateway.gateway.serve("faulty", request -> text("never"), task -> {
            throw new IllegalStateException("secret");
        });
        RawPeer peer = gateway.connect();
        peer.request(1, "refused", "");
        assertThat(peer.expectError(1, ErrorCode.UNAVAILABLE).notProcessed()).isTrue();
        peer.request(2, "faulty", "");
        assertThat(peer.expectError(2, ErrorCode.FAILED).message()).doesNotContain("secret");
    }

    @Test
    void whatItThrowsIs500AndSaysNothingOfItsInsides() {
        gateway.gateway.serve("checked", request -> {
            throw new IOException("secret");
        });
        gateway.gateway.serve("unchecked", request -> {
            throw new IllegalStateException("secret");
        });
        gateway.gateway.serve("error", request -> {
            throw new AssertionError("secret");
        });
        gateway.gateway.serve("null", request -> null);
        RawPeer peer = gateway.connect();
        for (String subject : new String[] {"checked", "unchecked", "error", "null"}) {
            peer.request(1, subject, "");
            Frame.Error error = peer.expectError(1, ErrorCode.FAILED);
            assertThat(error.message()).doesNotContain("secret");
            assertThat(error.notProcessed()).isFalse();
        }
    }

    @Test
    void aServiceExceptionChoosesTheCode() {
        gateway.gateway.serve("picky", request -> {
            throw new ServiceException(ErrorCode.FORBIDDEN, "not you");
        });
        RawPeer peer = gateway.connect().request(1, "picky", "");
        assertThat(peer.expectError(1, ErrorCode.FORBIDDEN).message()).isEqualTo("not you");
    }

    @Test
    void moreThanTheBoundsAllowIs503NotProcessed() {
        try (Harness tight = Harness.start(loops, form, "server.service-threads", "2", "server.service-queue", "3")) {
            CountDownLatch release = new CountDownLatch(1);
            tight.gateway.serve("slow", request -> {
                release.await();
                return text("done");
            });
            RawPeer peer = tight.connect();
            for (int id = 1; id <= 5; id++) {
                peer.request(id, "slow", "");
            }
            peer.expectNothing();
            peer.request(6, "slow", "");
            assertThat(peer.expectError(6, ErrorCode.UNAVAILABLE).notProcessed())
                    .isTrue();
            release.countDown();
            for (int i = 0; i < 5; i++) {
                assertThat(peer.receive(Frame.Response.class).payload().text()).isEqualTo("done");
            }
            peer.request(7, "slow", "");
            assertThat(peer.answer(7)).isEqualTo("done");
        }
    }

    @Test
    void cancelInterruptsTheHandler() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        gateway.gateway.serve("slow", request -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return text("late");
        });
        RawPeer peer = gateway.connect().request(1, "slow", "");
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        peer.send(new Frame.Cancel(1)).expectError(1, ErrorCode.CANCELLED);
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        peer.expectNothing();
    }

    @Test
    void theDeadlineAndTheLossOfTheRequesterInterruptItToo() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch interrupted = new CountDownLatch(2);
        gateway.gateway.serve("slow", request -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return text("late");
        });
        RawPeer waits = gateway.connect().request(1, "slow", "");
        RawPeer vanishes = gateway.connect().request(1, "slow", "");
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        vanishes.reset();
        gateway.advance(30_100);
        waits.expectError(1, ErrorCode.DEADLINE);
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void requestsThatAreCancelledBeforeTheyRunTakeNoPlace() throws InterruptedException {
        try (Harness tight = Harness.start(loops, form, "server.service-threads", "1", "server.service-queue", "2")) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            tight.gateway.serve("slow", request -> {
                begun.countDown();
                release.await();
                return text("done");
            });
            RawPeer peer = tight.connect().request(1, "slow", "");
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 5; i++) {
                peer.request(2, "slow", "").request(3, "slow", "");
                peer.send(new Frame.Cancel(2)).expectError(2, ErrorCode.CANCELLED);
                peer.send(new Frame.Cancel(3)).expectError(3, ErrorCode.CANCELLED);
            }
            release.countDown();
            assertThat(peer.answer(1)).isEqualTo("done");
        }
    }

    @Test
    void aStreamGetsItsSingleAnswerWhenItHasCredit() throws InterruptedException {
        CountDownLatch handled = new CountDownLatch(1);
        gateway.gateway.serve("s", request -> {
            handled.countDown();
            return text("one");
        });
        RawPeer peer = gateway.connect().requestStream(1, "s", 0);
        assertThat(handled.await(10, TimeUnit.SECONDS)).isTrue();
        peer.expectNothing().send(new Frame.Credit(1, 1));
        Frame.Response response = peer.expectResponse(1);
        assertThat(response.more()).isFalse();
        assertThat(response.payload().text()).isEqualTo("one");
    }

    @Test
    void anAnswerLongerThanTheRequesterTakesIs413() {
        gateway.gateway.serve("large", request -> text("x".repeat(5_000)));
        RawPeer peer = gateway.connect();
        peer.hello(null, null, 1024);
        peer.request(2, "large", "").expectError(2, ErrorCode.TOO_LARGE);
        peer.expectNothing();
    }

    @Test
    void itSharesItsSubjectWithWorkersOutside() {
        gateway.gateway.serve("shared", request -> text("inside"));
        RawPeer outside = gateway.connect().serve(1, "shared");
        RawPeer peer = gateway.connect();
        int inside = 0;
        for (int i = 0; i < 6; i++) {
            peer.request(1, "shared", "");
            Harness.eventually(() -> peer.hasSomething() || outside.hasSomething());
            if (outside.hasSomething()) {
                outside.takeAndRespond("outside");
                assertThat(peer.answer(1)).isEqualTo("outside");
            } else {
                assertThat(peer.answer(1)).isEqualTo("inside");
                inside++;
            }
        }
        assertThat(inside).isEqualTo(3);
    }

    @Test
    void withdrawnItIsAskedNoMore() {
        AtomicInteger asked = new AtomicInteger();
        Gateway.Registration registration = gateway.gateway.serve("short", request -> {
            asked.incrementAndGet();
            return text("here");
        });
        RawPeer peer = gateway.connect().request(1, "short", "");
        assertThat(peer.answer(1)).isEqualTo("here");
        registration.close();
        registration.close();
        peer.request(1, "short", "").expectError(1, ErrorCode.NO_WORKER);
        assertThat(asked).hasValue(1);
    }

    @Test
    void badAndReservedPatternsAreRefused() {
        assertThatThrownBy(() -> gateway.gateway.serve("a..b", request -> text("")))
                .isInstanceOf(ProtocolException.class);
        for (String pattern : new String[] {"gateway.mine", "gateway.*", "client.me", "client"}) {
            assertThatThrownBy(() -> gateway.gateway.serve(pattern, request -> text("")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theGatewayClosesWhileAHandlerRuns() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        try (Harness closing = Harness.start(loops, form)) {
            closing.gateway.serve("slow", request -> {
                begun.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
                return text("late");
            });
            closing.connect().request(1, "slow", "");
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
