package io.socketgateway.server.datagram;

import io.socketgateway.protocol.time.NanoClock;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Proofs that a client receives what is sent to its address, without any state: the time, and a MAC over time, address and
 * port (HMAC-SHA256 of RFC 2104, cut to 16 bytes), as 44 hexadecimal digits. Belongs to one thread.
 */
final class Cookies {
    /** What {@link #issuedMillis} says of a cookie that proves nothing. */
    static final long INVALID = -1;

    /** How long a cookie is good. */
    static final long LIFETIME_MILLIS = TimeUnit.SECONDS.toMillis(30);

    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final int TIME_DIGITS = 12;
    private static final int MAC_BYTES = 16;
    private static final int DIGITS = TIME_DIGITS + 2 * MAC_BYTES;

    private final SecretKeySpec key;
    private final NanoClock clock;
    private final long startNanos;
    private @Nullable Mac mac; // from the first cookie on: every provider of cryptography is looked through for it

    /** Cookies under a new key. */
    Cookies(NanoClock clock) {
        this(new SecretKeySpec(randomKey(), ALGORITHM), clock, clock.nanos());
    }

    private Cookies(SecretKeySpec key, NanoClock clock, long startNanos) {
        this.key = key;
        this.clock = clock;
        this.startNanos = startNanos;
    }

    private Mac mac() {
        Mac made = mac;
        if (made == null) {
            try {
                made = Mac.getInstance(ALGORITHM);
                made.init(key);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(ALGORITHM + " is part of every Java platform", e);
            }
            mac = made;
        }
        return made;
    }

    private static byte[] randomKey() {
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        return random;
    }

    /** The same cookies for another thread. */
    Cookies forAnotherThread() {
        return new Cookies(key, clock, startNanos);
    }

    /** How many milliseconds have passed since the first cookies could be issued. */
    long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(clock.nanos() - startNanos);
    }

    /** A cookie for that address and port, good from now on. */
    String issue(InetSocketAddress to) {
        long millis = nowMillis();
        return HexFormat.of().toHexDigits(millis, TIME_DIGITS) + HexFormat.of().formatHex(mac(millis, to));
    }

    /**
     * When a cookie was issued.
     *
     * @return on the scale of {@link #nowMillis}; {@link #INVALID} if it is none, not for that address, or too old
     */
    long issuedMillis(@Nullable String cookie, InetSocketAddress from) {
        if (cookie == null || cookie.length() != DIGITS) {
            return INVALID;
        }
        for (int i = 0; i < DIGITS; i++) {
            if (!HexFormat.isHexDigit(cookie.charAt(i))) {
                return INVALID;
            }
        }
        long millis = HexFormat.fromHexDigitsToLong(cookie, 0, TIME_DIGITS);
        byte[] claimed = HexFormat.of().parseHex(cookie, TIME_DIGITS, DIGITS);
        boolean genuine = MessageDigest.isEqual(claimed, mac(millis, from));
        return genuine && nowMillis() - millis < LIFETIME_MILLIS ? millis : INVALID;
    }

    private byte[] mac(long millis, InetSocketAddress address) {
        byte[] host = address.getAddress().getAddress();
        ByteBuffer text = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + host.length);
        text.putLong(millis).putInt(address.getPort()).put(host);
        return Arrays.copyOf(mac().doFinal(text.array()), MAC_BYTES);
    }
}
