package io.socketgateway.testcontainers;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.ExposedPort;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.rnorth.ducttape.TimeoutException;
import org.rnorth.ducttape.ratelimits.RateLimiterBuilder;
import org.rnorth.ducttape.unreliables.Unreliables;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.containers.wait.strategy.WaitStrategyTarget;

/** Waits until {@code /readyz} answers 200, and no longer than the container lives. */
final class ReadyWaitStrategy extends AbstractWaitStrategy {
    private static final int ASKED_EACH_SECOND = 20;
    private static final int ANSWER_MILLIS = 1_000;

    private final int port;

    ReadyWaitStrategy(int port) {
        this.port = port;
        withRateLimiter(RateLimiterBuilder.newBuilder()
                .withRate(ASKED_EACH_SECOND, TimeUnit.SECONDS)
                .withConstantThroughput()
                .build());
    }

    @Override
    protected void waitUntilReady() {
        WaitStrategyTarget target = waitStrategyTarget;
        boolean runs;
        try {
            runs = Unreliables.retryUntilSuccess(
                    (int) startupTimeout.toSeconds(),
                    TimeUnit.SECONDS,
                    () -> getRateLimiter().getWhenReady(() -> askIfRunning(target)));
        } catch (TimeoutException e) {
            throw new ContainerLaunchException(
                    "the gateway was not ready in " + startupTimeout.toSeconds()
                            + " s: /readyz did not answer 200. It said:\n" + said(target),
                    e);
        }
        if (!runs) {
            ContainerState state = target.getCurrentContainerInfo().getState();
            throw new ContainerLaunchException(
                    "the gateway has ended with exit code " + state.getExitCodeLong() + ":\n" + said(target));
        }
    }

    /** False when there is nobody left to be asked. */
    private boolean askIfRunning(WaitStrategyTarget target) throws IOException {
        InspectContainerResponse now = target.getCurrentContainerInfo(); // its ports differ from start to start
        if (!Boolean.TRUE.equals(now.getState().getRunning())) {
            return false;
        }
        URI ready = URI.create(PublishedUrl.of(
                        "http", target.getHost(), now.getNetworkSettings().getPorts(), ExposedPort.tcp(port))
                + "/readyz");
        HttpURLConnection connection = (HttpURLConnection) ready.toURL().openConnection();
        try {
            connection.setConnectTimeout(ANSWER_MILLIS);
            connection.setReadTimeout(ANSWER_MILLIS);
            connection.setUseCaches(false);
            int status = connection.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK) {
                throw new IOException(ready + " answers " + status);
            }
            return true;
        } finally {
            connection.disconnect();
        }
    }

    private static String said(WaitStrategyTarget target) {
        return target instanceof GenericContainer<?> container
                ? container.getLogs().strip()
                : "";
    }
}
