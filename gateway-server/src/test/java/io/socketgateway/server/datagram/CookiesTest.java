package io.socketgateway.server.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CookiesTest {
    private static final InetSocketAddress CLIENT = address(40_000, 192, 0, 2, 7);

    private final SettableClock clock = new SettableClock();
    private final Cookies cookies = new Cookies(clock);

    private static InetSocketAddress address(int port, int... bytes) {
        byte[] address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = (byte) bytes[i];
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void a_cookie_tells_when_it_was_issued() {
        clock.advanceMillis(1_234);
        String cookie = cookies.issue(CLIENT);
        clock.advanceMillis(20_000);
        assertThat(cookies.issuedMillis(cookie, CLIENT)).isEqualTo(1_234);
        assertThat(cookies.nowMillis()).isEqualTo(21_234);
    }

    @Test
    void it_is_44_characters_of_ascii() {
        assertThat(cookies.issue(CLIENT)).matches("[0-9a-f]{44}");
    }

    @Test
    void it_is_good_for_thirty_seconds() {
        String cookie = cookies.issue(CLIENT);
        clock.advanceMillis(29_999);
        assertThat(cookies.issuedMillis(cookie, CLIENT)).isZero();
        clock.advanceMillis(1);
        assertThat(cookies.issuedMillis(cookie, CLIENT)).isEqualTo(Cookies.INVALID);
    }

    @Test
    void it_is_good_from_one_address_and_port_alone() {
        String cookie = cookies.issue(CLIENT);
        assertThat(cookies.issuedMillis(cookie, address(40_001, 192, 0, 2, 7))).isEqualTo(Cookies.INVALID);
        assertThat(cookies.issuedMillis(cookie, address(40_000, 192, 0, 2, 8))).isEqualTo(Cookies.INVALID);
        assertThat(cookies.issuedMillis(
                        cookie, address(40_000, 0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 7)))
                .isEqualTo(Cookies.INVALID);
    }

    @Test
    void addresses_of_ipv6_have_cookies_too() {
        InetSocketAddress from = address(7, 0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
        assertThat(cookies.issuedMillis(cookies.issue(from), from)).isZero();
    }

    @Test
    void no_digit_of_it_can_be_changed() {
        String cookie = cookies.issue(CLIENT);
        for (int i = 0; i < cookie.length(); i++) {
            for (char digit : "0123456789abcdef".toCharArray()) {
                String changed = cookie.substring(0, i) + digit + cookie.substring(i + 1);
                assertThat(cookies.issuedMillis(changed, CLIENT) != Cookies.INVALID)
                        .isEqualTo(changed.equals(cookie));
            }
        }
    }

    @Test
    void what_is_no_cookie_is_refused() {
        String cookie = cookies.issue(CLIENT);
        assertThat(cookies.issuedMillis(null, CLIENT)).isEqualTo(Cookies.INVALID);
        for (String text : new String[] {
            "",
            "0",
            cookie + "0",
            cookie.substring(1),
            " " + cookie.substring(1),
            "x".repeat(44),
            "\u0661".repeat(44),
            "-" + cookie.substring(1),
            "0".repeat(44),
            "f".repeat(44)
        }) {
            assertThat(cookies.issuedMillis(text, CLIENT)).as(text).isEqualTo(Cookies.INVALID);
        }
    }

    @Test
    void digits_may_be_upper_case() {
        assertThat(cookies.issuedMillis(cookies.issue(CLIENT).toUpperCase(Locale.ROOT), CLIENT))
                .isZero();
    }

    @Test
    void another_gateway_has_another_key() {
        assertThat(new Cookies(clock).issuedMillis(cookies.issue(CLIENT), CLIENT))
                .isEqualTo(Cookies.INVALID);
    }

    @Test
    void the_threads_of_one_gateway_know_each_others_cookies() {
        clock.advanceMillis(77);
        Cookies other = cookies.forAnotherThread();
        assertThat(other.nowMillis()).isEqualTo(77);
        assertThat(other.issuedMillis(cookies.issue(CLIENT), CLIENT)).isEqualTo(77);
    }

    @Test
    void every_address_has_its_own() {
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            assertThat(all.add(cookies.issue(address(1_000 + i, 192, 0, 2, i & 3))))
                    .isTrue();
        }
    }
}
