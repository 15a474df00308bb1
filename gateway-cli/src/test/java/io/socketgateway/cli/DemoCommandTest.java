package io.socketgateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoCommandTest {
    @Test
    void everySceneGoesAsItShould() {
        CommandRun demo = CommandRun.start(Map.of("LANG", "C.UTF-8"), "demo");
        assertThat(demo.exitCode()).as(demo.out()).isZero();
        assertThat(demo.out())
                .contains("gateway ready: tcp://127.0.0.1:", ", udp://127.0.0.1:", "All 21 scenes went as they should")
                .doesNotContain("✗", "\u001b[");
        assertThat(demo.err()).isEmpty();
    }

    @Test
    void whereTheTerminalKnowsNoUnicodeItIsPlain() {
        CommandRun demo = CommandRun.start(Map.of("LC_ALL", "C", "LANG", "C.UTF-8"), "demo");
        assertThat(demo.exitCode()).isZero();
        assertThat(demo.out()).isASCII();
    }
}
