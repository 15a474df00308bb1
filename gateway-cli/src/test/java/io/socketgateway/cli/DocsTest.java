package io.socketgateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.socketgateway.server.config.ConfigKey;
import io.socketgateway.server.config.ConfigKeys;
import io.socketgateway.server.config.ListenerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What README and docs claim is what the program does. */
class DocsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\|\\||&&|[|>#])|([^\\s|>)]+)");

    @TempDir
    Path folder;

    private static CommandLine commandLine() {
        return GatewayCommand.commandLine(new Console(
                InputStream.nullInputStream(),
                OutputStream.nullOutputStream(),
                OutputStream.nullOutputStream(),
                false,
                Map.of()));
    }

    @Test
    void everyKeyHasItsLine() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/configuration.md"));
        assertThat(Stream.concat(ConfigKeys.ALL.stream(), ListenerConfig.OPTIONS.stream())
                        .map(DocsTest::line))
                .allSatisfy(line -> assertThat(page).contains(line));
    }

    private static String line(ConfigKey<?, ?> key) {
        return "| `%s` | `%s` | %s | %s |\n"
                .formatted(key.name(), key.defaultText(), key.type().expected(), key.doc());
    }

    @Test
    void everyCommandHasItsLine() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/cli.md"));
        assertThat(HelpTest.COMMANDS).allSatisfy(command -> assertThat(page).contains("| `" + command));
        assertThat(ExitCodes.documented().keySet())
                .allSatisfy(code -> assertThat(page).containsPattern("\n\\| [0-9, ]*" + code));
    }

    static List<String> commandsShown() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String page : List.of("README.md", "CONTRIBUTING.md", "docs/cli.md", "docs/configuration.md")) {
            Files.readAllLines(ROOT.resolve(page)).stream()
                    .flatMap(line -> Stream.of(line.split("`", -1)))
                    .filter(line -> line.contains("./gateway "))
                    .map(line -> line.substring(line.indexOf("./gateway ") + 2))
                    .filter(line -> !line.startsWith("gateway COMMAND"))
                    .forEach(lines::add);
        }
        commandLines(commandLine())
                .flatMap(command ->
                        Stream.of(command.getCommandSpec().usageMessage().footer()))
                .filter(line -> line.contains("gateway "))
                .map(line -> line.substring(line.indexOf("gateway ")))
                .filter(line -> !line.startsWith("gateway stream log.lines"))
                .forEach(lines::add);
        return lines;
    }

    private static Stream<CommandLine> commandLines(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(DocsTest::commandLines));
    }

    @ParameterizedTest
    @MethodSource("commandsShown")
    void everyCommandShownIsRightUsage(String line) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line.substring("gateway ".length()));
        while (word.find() && word.group(3) == null) {
            words.add(Stream.of(1, 2, 4)
                    .map(word::group)
                    .filter(group -> group != null)
                    .findFirst()
                    .orElseThrow());
        }
        assertThatCode(() -> commandLine().parseArgs(words.toArray(String[]::new)))
                .as(words.toString())
                .doesNotThrowAnyException();
    }

    @Test
    void theJavaInTheReadmeCompiles() throws IOException {
        List<String> blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(ROOT.resolve("README.md")))
                .results()
                .map(block -> block.group(1))
                .filter(block -> !block.contains("GatewayContainer")) // which the module docker compiles and runs
                .toList();
        assertThat(blocks).hasSize(2);
        for (String block : blocks) {
            Path source = Files.writeString(folder.resolve("Readme.java"), """
                    import io.socketgateway.client.*;
                    import io.socketgateway.protocol.*;
                    import io.socketgateway.server.Gateway;
                    import io.socketgateway.server.service.ServiceResponse;
                    class Readme { void run() throws Exception { %s } }
                    """.formatted(block));
            String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
            assertThat(ToolProvider.getSystemJavaCompiler()
                            .run(null, null, null, "-proc:none", "-cp", classPath, source.toString()))
                    .as(block)
                    .isZero();
        }
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        List<String> pages =
                List.of("README.md", "CONTRIBUTING.md", "docs/cli.md", "docs/configuration.md", "docs/architecture.md");
        for (String page : pages) {
            Path file = ROOT.resolve(page);
            assertThat(LINK.matcher(Files.readString(file)).results().map(link -> link.group(1)))
                    .allSatisfy(link -> assertThat(file.resolveSibling(link)).exists());
        }
    }
}
