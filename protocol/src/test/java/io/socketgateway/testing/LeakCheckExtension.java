package io.socketgateway.testing;

import io.netty.util.LeakPresenceDetector;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a top-level test class that leaves a Netty buffer unreleased, in all that its nested classes, its event loops
 * and the code under test allocated. Registers itself; one count for the JVM, so classes must not run in parallel, and
 * a class must have ended its event loops before it ends. Where Netty runs without {@link LeakPresenceDetector}, as
 * when an IDE starts a test by itself, nothing is checked.
 *
 * <p>To see where a leaked buffer came from:
 * {@code -Dtest.jvm=-Dio.netty.util.LeakPresenceDetector.trackCreationStack=true}.
 */
public final class LeakCheckExtension implements AfterAllCallback {
    private static final boolean DETECTING =
            LeakPresenceDetector.class.getName().equals(System.getProperty("io.netty.customResourceLeakDetector"));

    @Override
    public void afterAll(ExtensionContext context) {
        if (DETECTING && isTopLevel(context)) {
            LeakPresenceDetector.check();
        }
    }

    private static boolean isTopLevel(ExtensionContext context) {
        return context.getTestClass()
                .filter(type -> type.getEnclosingClass() == null)
                .isPresent();
    }
}
