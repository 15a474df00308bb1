package io.socketgateway.server.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class HmacTest {
    /** RFC 4231, test case 2. */
    @Test
    void itIsTheOneOfTheStandard() {
        Hmac mac = new Hmac("Jefe".getBytes(StandardCharsets.US_ASCII));
        assertThat(HexFormat.of().formatHex(mac.of("what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII))))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Test
    void itIsThePlatformsForEveryKeyAndText() throws GeneralSecurityException {
        Random random = new Random(7);
        for (int keyBytes = 1; keyBytes <= 64; keyBytes++) {
            byte[] key = new byte[keyBytes];
            random.nextBytes(key);
            Mac platforms = Mac.getInstance("HmacSHA256");
            platforms.init(new SecretKeySpec(key, "HmacSHA256"));
            Hmac ours = new Hmac(key);
            for (int textBytes = 0; textBytes < 150; textBytes++) {
                byte[] text = new byte[textBytes];
                random.nextBytes(text);
                assertThat(ours.of(text)).isEqualTo(platforms.doFinal(text));
            }
            Arrays.fill(key, (byte) 0);
        }
    }

    @Test
    void aKeyLongerThanABlockIsNotTaken() {
        assertThatThrownBy(() -> new Hmac(new byte[65])).isInstanceOf(IllegalArgumentException.class);
    }
}
