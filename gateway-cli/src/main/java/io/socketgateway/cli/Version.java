package io.socketgateway.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** What {@code gateway --version} says. */
final class Version implements IVersionProvider {
    /** This program's own version; {@code development} where it does not run from its jar. */
    static String number() {
        return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "development");
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "gateway " + number() + " (protocol 1, Java " + Runtime.version().feature() + ")"
        };
    }
}
