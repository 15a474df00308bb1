package io.socketgateway.testcontainers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import org.testcontainers.utility.DockerImageName;

/** The image that belongs to this version of the library. */
final class DefaultImage {
    private static final String RESOURCE = "version.properties"; // Maven writes the project's version into it

    private DefaultImage() {}

    static DockerImageName name() {
        Properties properties = new Properties();
        try (InputStream resource =
                Objects.requireNonNull(DefaultImage.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            properties.load(resource);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return DockerImageName.parse("socket-gateway")
                .withTag(Objects.requireNonNull(properties.getProperty("version"), "version"));
    }
}
