package io.socketgateway.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The image under test: the one that the system property {@code gateway.image} names, or one made now, once for all. */
final class GatewayImage {
    private GatewayImage() {}

    private static final class Built {
        private static final String NAME = build("docker/build");
    }

    static String name() {
        String named = System.getProperty("gateway.image", "");
        return named.isEmpty() ? Built.NAME : named;
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

    /** Runs that script and returns the last line of what it prints; what it says besides goes where ours goes. */
    private static String build(String script) {
        try {
            Process process = new ProcessBuilder(root().resolve(script).toString())
                    .directory(root().toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            process.getOutputStream().close();
            List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            int exitCode = process.waitFor();
            if (exitCode != 0 || lines.isEmpty()) {
                throw new IllegalStateException(
                        script + " ended with " + exitCode + " and printed " + String.join("\n", lines));
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
