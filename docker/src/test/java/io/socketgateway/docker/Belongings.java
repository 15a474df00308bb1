package io.socketgateway.docker;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Closes what a test, or a class of them, has opened, the youngest first, however it ends. */
final class Belongings implements AfterEachCallback, AfterAllCallback {
    private final boolean ofClass;
    private final Deque<AutoCloseable> open = new ArrayDeque<>(); // guarded by itself

    private Belongings(boolean ofClass) {
        this.ofClass = ofClass;
    }

    /** For a static field: what is kept until the last test of the class has ended. */
    static Belongings ofClass() {
        return new Belongings(true);
    }

    /** For any other field: what is kept until the test has ended. */
    static Belongings ofTest() {
        return new Belongings(false);
    }

    /** Closes this one, too. */
    <T extends AutoCloseable> T add(T closeable) {
        synchronized (open) {
            open.push(closeable);
        }
        return closeable;
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        if (!ofClass) {
            close();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (ofClass) {
            close();
        }
    }

    private void close() throws Exception {
        Exception failure = null;
        synchronized (open) {
            while (!open.isEmpty()) {
                try {
                    open.pop().close();
                } catch (Exception e) {
                    if (failure == null) {
                        failure = e;
                    } else {
                        failure.addSuppressed(e);
                    }
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
