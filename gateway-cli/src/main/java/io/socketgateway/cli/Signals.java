package io.socketgateway.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The signals that tell the process to end, while this is open: the first is a wish that the command sees to, the second
 * ends the process at once.
 *
 * <p>A JVM left to itself ends with 143 at SIGTERM whatever its shutdown hooks do, and takes no second signal. The one way
 * round that is {@code sun.misc.Signal}, which compilers warn of; hence the reflection, all of which is here. Where it is
 * not to be had (or with {@code -Xrs}), the first signal is seen all the same, the exit code is the JVM's, and a second
 * signal does nothing.
 */
final class Signals implements AutoCloseable {
    /** Each with the exit code of a process that it ends. */
    private static final Map<String, Integer> EXIT_CODES =
            new TreeMap<>(Map.of("HUP", 129, "INT", ExitCodes.INTERRUPTED, "TERM", ExitCodes.TERMINATED));

    private final CompletableFuture<Integer> first = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Runnable> restores = new ArrayList<>();

    private Signals() {}

    /** Sees to these signals from now on. */
    static Signals open() {
        Signals signals = new Signals();
        EXIT_CODES.forEach(signals::handle);
        if (signals.restores.isEmpty()) {
            ExitHook hook = ExitHook.of(signals::atShutdown);
            signals.restores.add(hook::forget);
        }
        return signals;
    }

    /** The exit code that the first signal stands for, once there is one. */
    CompletableFuture<Integer> first() {
        return first;
    }

    /** Whatever saw to them before does so again. */
    @Override
    public void close() {
        restores.forEach(Runnable::run);
        closed.countDown();
    }

    private void arrived(int exitCode) {
        if (!first.complete(exitCode)) {
            Runtime.getRuntime().halt(exitCode);
        }
    }

    private void atShutdown() {
        first.complete(ExitCodes.TERMINATED);
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handle(String name, int exitCode) {
        try {
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Method handle = signalType.getMethod("handle", signalType, handlerType);
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            Object handler = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlerType}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            arrived(exitCode);
                            return null;
                        }
                        return answer(self, method, arguments);
                    });
            Object before = handle.invoke(null, signal, handler);
            if (before.equals(handlerType.getField("SIG_IGN").get(null))) {
                handle.invoke(null, signal, before); // as a shell wants it for what runs in the background, or nohup
            } else {
                restores.add(() -> restore(handle, signal, before));
            }
        } catch (InvocationTargetException e) {
            // not a signal of this system, or the JVM was told to leave it alone
        } catch (ReflectiveOperationException e) {
            // not in this JVM
        }
    }

    private static void restore(Method handle, Object signal, Object before) {
        try {
            handle.invoke(null, signal, before);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What any object is asked. */
    private static @Nullable Object answer(Object self, Method method, Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "equals" -> arguments != null && self == arguments[0];
            case "hashCode" -> System.identityHashCode(self);
            default -> "Signals";
        };
    }
}
