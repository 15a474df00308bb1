package io.socketgateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayClientBuilder;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.server.config.ConfigKey;
import io.socketgateway.server.config.ConfigKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Member;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code docs/sockets.md} names nothing that is not there: no test, no key, no code, no metric, no method. */
class SocketsDocTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve("docs/sockets.md");
    private static final List<String> MODULES = List.of("protocol", "gateway-server", "gateway-client", "gateway-cli");

    private String page;

    @BeforeEach
    void read() throws IOException {
        page = Files.readString(PAGE);
    }

    private Set<String> found(String pattern) {
        return Pattern.compile(pattern)
                .matcher(page)
                .results()
                .map((MatchResult result) -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What the test classes of a simple name hold, of all modules. */
    private static Map<String, List<String>> testSources() throws IOException {
        Map<String, List<String>> sources = new HashMap<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                files.filter(file -> file.toString().endsWith("Test.java"))
                        .forEach(file -> sources.computeIfAbsent(
                                        file.getFileName().toString().replace(".java", ""), name -> new ArrayList<>())
                                .add(text(file)));
            }
        }
        return sources;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyTestThatItNamesExists() throws IOException {
        Map<String, List<String>> sources = testSources();
        Set<String> tests = found("`([A-Z]\\w*Test\\.\\w+)`");
        assertThat(tests).hasSizeGreaterThan(60);
        assertThat(tests).allSatisfy(test -> {
            int dot = test.indexOf('.');
            assertThat(sources.getOrDefault(test.substring(0, dot), List.of()))
                    .as(test)
                    .anyMatch(
                            source -> Pattern.compile("@(Test|ParameterizedTest)\\b[^;{}]*?(\\{[^}]*\\}[^;{}]*?)?void "
                                            + test.substring(dot + 1) + "\\(")
                                    .matcher(source)
                                    .find());
        });
    }

    @Test
    void everyKeyThatItNamesExists() {
        assertThat(found("`((?:limits|server)\\.[a-z-]+)[`:]"))
                .hasSizeGreaterThan(10)
                .isSubsetOf(ConfigKeys.ALL.stream().map(ConfigKey::name).toList());
    }

    @Test
    void everyCodeThatItNamesExists() {
        assertThat(found("ERROR ([0-9]{3})"))
                .isNotEmpty()
                .isSubsetOf(Stream.of(ErrorCode.values())
                        .map(code -> Integer.toString(code.code()))
                        .toList());
    }

    @Test
    void everyMetricThatItNamesExists() throws IOException {
        String metrics = Files.readString(ROOT.resolve("docs/metrics.md"));
        assertThat(found("`(gateway\\.[a-z.]+)`"))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(metrics).contains("| `" + name + "` |"));
    }

    @Test
    void everyMethodThatItNamesExists() {
        Stream<Member> members = Stream.of(GatewayClientBuilder.class.getMethods(), GatewayClient.class.getMethods())
                .flatMap(Arrays::stream);
        assertThat(found("`([a-z]+(?:[A-Z][a-z]+)+)`"))
                .hasSizeGreaterThan(5)
                .isSubsetOf(members.map(Member::getName).toList());
    }

    @Test
    void itsLinksLeadSomewhere() {
        assertThat(found("]\\(([^)#:]+)\\)"))
                .isNotEmpty()
                .allSatisfy(link -> assertThat(PAGE.resolveSibling(link)).exists());
    }
}
