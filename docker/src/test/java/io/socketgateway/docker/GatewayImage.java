package io.socketgateway.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The images under test: those that the system properties {@code gateway.image} and {@code gateway.examples.image} name, or
 * else made now, once for all tests, of what Maven has built.
 */
final class GatewayImage {
    private GatewayImage() {}

    private static final class Built {
        private static final String GATEWAY = build("gateway");
    }

    private static final class BuiltExamples {
        private static final String EXAMPLES = build("examples");
    }

    /** The gateway's. */
    static String name() {
        String named = System.getProperty("gateway.image", "");
        return named.isEmpty() ? Built.GATEWAY : named;
    }

    /** That of the applications in {@code examples}. */
    static String examples() {
        String named = System.getProperty("gateway.examples.image", "");
        return named.isEmpty() ? BuiltExamples.EXAMPLES : named;
    }

    /** The project's folder, from wherever the tests are run. */
    static Path root() {
        for (Path path = Path.of("").toAbsolutePath(); path != null; path = path.getParent()) {
            if (Files.isRegularFile(path.resolve("docker/pom.xml"))) {
                return path;
            }
        }
        throw new IllegalStateException(
                "there is no docker/pom.xml above " + Path.of("").toAbsolutePath());
    }

    /** Runs docker/build and returns the last line of what it prints; what it says besides is told if it fails. */
    private static String build(String what) {
        List<String> command = List.of(root().resolve("docker/build").toString(), "--as-built", what);
        try {
            Path log = Files.createDirectories(root().resolve("docker/target")).resolve("build-" + what + ".log");
            Process process = new ProcessBuilder(command)
                    .directory(root().toFile())
                    .redirectError(log.toFile())
                    .start();
            process.getOutputStream().close();
            List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            int exitCode = process.waitFor();
            if (exitCode != 0 || lines.isEmpty()) {
                throw new IllegalStateException(
                        String.join(" ", command) + " ended with " + exitCode + " and said:\n" + Files.readString(log));
            }
            return lines.get(lines.size() - 1).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
