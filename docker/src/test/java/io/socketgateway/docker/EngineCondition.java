package io.socketgateway.docker;

import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/** Whether container tests are run. */
final class EngineCondition implements ExecutionCondition {
    private static final String VARIABLE = "CONTAINER_TESTS";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return evaluate(
                System.getenv(VARIABLE), () -> DockerClientFactory.instance().isDockerAvailable());
    }

    static ConditionEvaluationResult evaluate(@Nullable String wish, BooleanSupplier engineAnswers) {
        switch (wish == null ? "" : wish.toLowerCase(Locale.ROOT)) {
            case "off" -> {
                return ConditionEvaluationResult.disabled(VARIABLE + "=off");
            }
            case "", "required" -> {
                if (engineAnswers.getAsBoolean()) {
                    return ConditionEvaluationResult.enabled("an engine answers");
                }
                String message = "no Docker engine answers: start one (docker/engine up), or set DOCKER_HOST";
                if (wish != null && !wish.isEmpty()) {
                    throw new ExtensionConfigurationException(message + "; " + VARIABLE + "=" + wish);
                }
                return ConditionEvaluationResult.disabled(message);
            }
            default ->
                throw new ExtensionConfigurationException(
                        VARIABLE + "=" + wish + ": it may be required, off, or nothing");
        }
    }
}
