package io.socketgateway.server.datagram;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

class CookieFuzzTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
    private static final InetSocketAddress OTHER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_001);

    /**
     * The first byte tells whether the rest is a text as it stands, or what to make of a genuine cookie; the second how many
     * seconds pass.
     */
    @FuzzTest
    void no_text_is_a_cookie_unless_it_was_issued(byte[] input) {
        if (input.length < 2) {
            return;
        }
        SettableClock clock = new SettableClock();
        Cookies cookies = new Cookies(clock);
        clock.advanceMillis(100_000);
        String genuine = cookies.issue(CLIENT);
        byte[] rest = Arrays.copyOfRange(input, 2, input.length);
        String text = switch (input[0] & 3) {
            case 0 -> new String(rest, StandardCharsets.UTF_8);
            case 1 -> new String(rest, StandardCharsets.UTF_16BE);
            case 2 -> changed(genuine, rest);
            default -> genuine.substring(Math.min(44, rest.length)) + new String(rest, StandardCharsets.ISO_8859_1);
        };
        int seconds = input[1] & 0x3F;
        clock.advanceMillis(1_000L * seconds);

        long issued = cookies.issuedMillis(text, CLIENT);

        boolean isGenuine = text.equalsIgnoreCase(genuine) && seconds < 30;
        require(issued == (isGenuine ? 100_000 : Cookies.INVALID), text);
        require(cookies.issuedMillis(text, OTHER) == Cookies.INVALID, text);
        require(new Cookies(clock).issuedMillis(text, CLIENT) == Cookies.INVALID, text);
    }

    /** Pairs of bytes: where, and which digit or character instead. */
    private static String changed(String cookie, byte[] changes) {
        char[] characters = cookie.toCharArray();
        for (int i = 0; i + 1 < changes.length; i += 2) {
            int at = Math.floorMod(changes[i], characters.length);
            characters[at] =
                    changes[i + 1] >= 0 ? Character.forDigit(changes[i + 1] & 15, 16) : (char) (changes[i + 1] & 0xFF);
        }
        return new String(characters);
    }

    private static void require(boolean holds, String text) {
        if (!holds) {
            throw new AssertionError("a wrong judgement of: " + text);
        }
    }
}
