package io.socketgateway.cli;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.ZoneId;

/**
 * What every gateway needs of the JDK and takes long to come, on a second thread while the configuration is read: time
 * zones, for which each jar of the class path is opened, and random numbers. Nothing but the JDK's own: its classes may be
 * loaded by any thread, and nothing is logged before it is known how.
 */
final class Ahead {
    private Ahead() {}

    static Thread begin() {
        Thread thread = new Thread(Ahead::load, "gateway-ahead");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void load() {
        var unused = ZoneId.systemDefault().getRules();
        new SecureRandom().nextBytes(new byte[1]);
        try {
            MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            // told where it is needed
        }
    }
}
