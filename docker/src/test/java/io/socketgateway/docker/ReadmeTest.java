package io.socketgateway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The README shows what {@link ExampleTest} runs. */
final class ReadmeTest {
    private static final String MARK = "    // README\n";

    @Test
    void theReadmesExampleIsATestOfOurs() throws IOException {
        Path root = GatewayImage.root();
        String source = Files.readString(root.resolve("docker/src/test/java/io/socketgateway/docker/ExampleTest.java"));
        int begin = source.indexOf(MARK) + MARK.length();
        String example = source.substring(begin, source.indexOf(MARK, begin))
                        .stripTrailing()
                        .stripIndent() + "\n";

        assertThat(example.lines().filter(line -> !line.isBlank())).hasSize(10);
        assertThat(Files.readString(root.resolve("README.md"))).contains("```java\n" + example + "```");
    }
}
