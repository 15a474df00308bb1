package io.socketgateway.cli;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.ZoneId;
import java.util.Set;
import java.util.TimeZone;
import javax.crypto.Mac;

/**
 * What every gateway needs of the JDK and takes long to come, on a second thread while the configuration is read: random
 * numbers, annotations (Netty asks for them, and the JDK makes classes of them), time zones. Nothing but the JDK's own: its
 * classes may be loaded by any thread, and nothing is logged before it is known how.
 */
final class Ahead {
    private static final Set<String> UTC = Set.of("UTC", "Etc/UTC", "GMT");

    private Ahead() {}

    static void begin() {
        begin(Ahead::load);
    }

    /** What a gateway needs when the first client comes over datagrams: the MAC of cookies. To begin once it is ready. */
    static void goOn() {
        begin(Ahead::loadMac);
    }

    private static void begin(Runnable load) {
        Thread thread = new Thread(load, "gateway-ahead");
        thread.setDaemon(true);
        thread.start();
    }

    private static void loadMac() {
        try {
            Mac.getInstance("HmacSHA256"); // looks through every provider of cryptography, and so through every jar
        } catch (NoSuchAlgorithmException e) {
            // told where it is needed
        }
    }

    private static void load() {
        new SecureRandom().nextBytes(new byte[1]);
        var unused = Runnable.class.isAnnotationPresent(FunctionalInterface.class);
        if (!isUtc()) {
            var unusedEither = ZoneId.systemDefault().getRules();
        }
    }

    /** Whether it is in no zone: then the log needs no rules of time zones, for which each jar of the class path is opened. */
    static boolean isUtc() {
        return UTC.contains(TimeZone.getDefault().getID());
    }
}
