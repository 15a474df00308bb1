package io.socketgateway.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** What {@code CONTAINER_TESTS} means; no engine is needed for that. */
final class EngineConditionTest {
    private static ConditionEvaluationResult with(String wish, boolean engine) {
        return EngineCondition.evaluate(wish, () -> engine);
    }

    @Test
    void whereAnEngineAnswersTheyRun() {
        assertThat(with(null, true).isDisabled()).isFalse();
        assertThat(with("", true).isDisabled()).isFalse();
        assertThat(with("required", true).isDisabled()).isFalse();
    }

    @Test
    void whereNoneAnswersTheyAreSkippedAndSayWhatToDo() {
        assertThat(with(null, false).isDisabled()).isTrue();
        assertThat(with("", false).getReason()).get().asString().contains("no Docker engine", "docker/engine");
    }

    @Test
    void whereTheyAreRequiredThatIsAFailure() {
        assertThatThrownBy(() -> with("required", false))
                .isInstanceOf(ExtensionConfigurationException.class)
                .hasMessageContaining("no Docker engine");
    }

    @Test
    void whereTheyAreOffNobodyAsksForAnEngine() {
        assertThat(EngineCondition.evaluate("off", () -> {
                            throw new AssertionError("asked");
                        })
                        .isDisabled())
                .isTrue();
    }

    @Test
    void aWordThatMeansNothingIsAFailure() {
        assertThatThrownBy(() -> with("yes", true)).hasMessageContaining("CONTAINER_TESTS=yes");
    }
}
