package io.socketgateway.server.config;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** This machine's name. Where the system says it without a look-up, no resolver is asked, for that can take seconds. */
final class HostName {
    private static final Path LINUX = Path.of("/proc/sys/kernel/hostname");

    private HostName() {}

    /** The name in the characters that a node name may have; {@code localhost} if the machine has none. */
    static String own() {
        String name = raw().strip().replaceAll("[^A-Za-z0-9._-]", "-");
        return name.isEmpty() ? "localhost" : name.substring(0, Math.min(253, name.length()));
    }

    private static String raw() {
        try {
            return Files.isReadable(LINUX)
                    ? Files.readString(LINUX)
                    : InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            return "";
        }
    }
}
