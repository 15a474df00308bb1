package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.GatewayException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** Waits for what must come, and fails the test if it does not. The time limit is for the worst of machines. */
public final class Await {
    public static final Duration LONG = Duration.ofSeconds(20);

    private Await() {}

    /** What the future brings. */
    public static <T> T value(Future<T> future) {
        try {
            return future.get(LONG.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } catch (ExecutionException e) {
            throw new AssertionError("the future failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("the future brought nothing in " + LONG, e);
        }
    }

    /** The error that the future fails with. */
    public static GatewayException failure(CompletableFuture<?> future) {
        Object outcome = value(future.handle((value, fault) -> fault == null ? value : fault));
        assertThat(outcome).as("the future's outcome").isInstanceOf(GatewayException.class);
        return (GatewayException) outcome;
    }

    /** The error that the call throws. */
    public static GatewayException thrown(ThrowingRunnable call) {
        try {
            call.run();
        } catch (GatewayException e) {
            return e;
        } catch (Throwable e) {
            throw new AssertionError("another exception: " + e, e);
        }
        throw new AssertionError("nothing was thrown");
    }

    public static void opened(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS))
                    .as("the latch is open")
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    public static void until(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(LONG)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(condition);
    }

    public static void untilAsserted(ThrowingRunnable assertion) {
        Awaitility.await()
                .atMost(LONG)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .ignoreExceptionsInstanceOf(GatewayException.class)
                .untilAsserted(assertion);
    }
}
