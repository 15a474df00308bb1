package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import io.micrometer.core.instrument.FunctionCounter;
import io.socketgateway.server.config.ConfigKey;
import io.socketgateway.server.config.ConfigKeys;
import io.socketgateway.server.config.Limit;
import io.socketgateway.server.config.LimitsConfig;
import io.socketgateway.testing.HouseRules;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whatever the configuration bounds has a row in the table of limits; whatever has a row has its key, its metric, its line
 * in the documentation, and tests below, at and above its value.
 */
class LimitTableTest {
    /** Not limits themselves: what a limit does not hold for. */
    private static final Set<String> NO_LIMITS = Set.of("trustedSources");

    private static String keyOf(String component) {
        return "limits." + component.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    @Test
    void whateverIsConfiguredHasARowAndEveryRowIsConfigured() {
        List<String> components = Stream.of(LimitsConfig.class.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
        assertThat(components).containsAll(NO_LIMITS);
        assertThat(Stream.of(Limit.values()).map(limit -> limit.key().name()))
                .containsExactlyInAnyOrderElementsOf(components.stream()
                        .filter(component -> !NO_LIMITS.contains(component))
                        .map(LimitTableTest::keyOf)
                        .toList());
        assertThat(ConfigKeys.ALL.stream().map(ConfigKey::name).filter(name -> name.startsWith("limits.")))
                .containsExactlyInAnyOrderElementsOf(
                        components.stream().map(LimitTableTest::keyOf).toList());
    }

    @Test
    void everyRowHasItsLinesInTheDocumentation() throws IOException {
        String keys = Files.readString(Path.of("../docs/configuration.md"));
        String metrics = Files.readString(Path.of("../docs/metrics.md"));
        for (Limit limit : Limit.values()) {
            assertThat(keys)
                    .contains(
                            "\n| `" + limit.key().name() + "` | `" + limit.key().defaultText() + "` |");
            String told = limit.code().map(code -> "ERROR " + code.code()).orElse("nothing");
            assertThat(metrics).contains("\n| `" + limit.metricTag() + "` | " + told + " |");
        }
    }

    @Test
    void everyRowHasItsMetric() {
        try (Gateway gateway = Gateway.builder().listen("tcp://127.0.0.1:0").start()) {
            for (Limit limit : Limit.values()) {
                FunctionCounter counter = gateway.metrics()
                        .get(Limit.METRIC)
                        .tag("limit", limit.metricTag())
                        .functionCounter();
                gateway.counters().reached(limit);
                assertThat(counter.count()).as(limit.name()).isEqualTo(1);
            }
        }
    }

    @Test
    void everyRowHasTestsBelowAtAndAboveItsValue() {
        Map<Limit, Set<Reach>> reached = new EnumMap<>(Limit.class);
        for (JavaMethod method : testsThatReach()) {
            for (Reaches reaches : method.reflect().getAnnotationsByType(Reaches.class)) {
                reached.computeIfAbsent(reaches.limit(), limit -> EnumSet.noneOf(Reach.class))
                        .addAll(List.of(reaches.at()));
            }
        }
        Set<Limit> whole = reached.entrySet().stream()
                .filter(entry -> entry.getValue().size() == Reach.values().length)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Limit.class)));
        assertThat(whole).as("reached by tests: " + reached).isEqualTo(EnumSet.allOf(Limit.class));
    }

    private static List<JavaMethod> testsThatReach() {
        List<JavaMethod> methods = HouseRules.mainAndTestClasses(LimitTableTest.class).stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> method.isAnnotatedWith(Reaches.class) || method.isAnnotatedWith(Reaches.All.class))
                .toList();
        assertThat(methods)
                .allSatisfy(method -> assertThat(method.isMetaAnnotatedWith(Test.class)
                                || method.isMetaAnnotatedWith("org.junit.jupiter.api.TestTemplate"))
                        .as(method.getFullName() + " is a test")
                        .isTrue());
        return methods;
    }
}
