package io.socketgateway.server.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An address, or all that begin with the same bits: {@code 10.0.0.0/8}, {@code 2001:db8::/32}, {@code ::1}.
 *
 * @param first the lowest address; all bits behind the prefix are 0
 * @param prefixBits how many bits they have in common, 0 to 32 or 128
 */
public record AddressRange(InetAddress first, int prefixBits) {
    private static final Pattern IPV4 = Pattern.compile("([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})");
    private static final Pattern PERHAPS_IPV6 = Pattern.compile("[0-9a-fA-F.]*:[0-9a-fA-F:.]*");

    /** Clears the bits behind the prefix; an {@link IllegalArgumentException} if there are not so many. */
    public AddressRange {
        if (prefixBits < 0 || prefixBits > 8 * first.getAddress().length) {
            throw new IllegalArgumentException("prefixBits: " + prefixBits);
        }
        first = of(masked(first.getAddress(), prefixBits));
    }

    /** What a text means; empty if it is no address with or without a prefix. Names are not resolved. */
    static Optional<AddressRange> read(String text) {
        int slash = text.indexOf('/');
        byte[] address = literal(slash < 0 ? text : text.substring(0, slash));
        String prefix = slash < 0 ? "" : text.substring(slash + 1);
        if (address == null || slash >= 0 && !prefix.matches("[0-9]{1,3}")) {
            return Optional.empty();
        }
        int bits = slash < 0 ? 8 * address.length : Integer.parseInt(prefix);
        return bits <= 8 * of(address).getAddress().length
                ? Optional.of(new AddressRange(of(address), bits))
                : Optional.empty();
    }

    /** Whether an address is one of these. */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == first.getAddress().length
                && Arrays.equals(masked(bytes, prefixBits), first.getAddress());
    }

    /** Netty can do this, too, but begins to log when it does: here it is not known yet how the log is to be written. */
    private static byte @Nullable [] literal(String text) {
        Matcher ipv4 = IPV4.matcher(text);
        if (ipv4.matches()) {
            byte[] address = new byte[4];
            for (int i = 0; i < address.length; i++) {
                int octet = Integer.parseInt(ipv4.group(i + 1));
                if (octet > 255) {
                    return null;
                }
                address[i] = (byte) octet;
            }
            return address;
        }
        try {
            return PERHAPS_IPV6.matcher(text).matches()
                    ? InetAddress.getByName(text).getAddress() // with a colon it is never taken for a name
                    : null;
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static byte[] masked(byte[] address, int prefixBits) {
        byte[] result = new byte[address.length];
        for (int i = 0; i < result.length; i++) {
            int bits = Math.max(0, Math.min(8, prefixBits - 8 * i));
            result[i] = (byte) (address[i] & 0xFF00 >> bits);
        }
        return result;
    }

    private static InetAddress of(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not 4 or 16 bytes", e);
        }
    }

    /** As {@link #read} takes it. */
    @Override
    public String toString() {
        String address = first.getHostAddress();
        return prefixBits == 8 * first.getAddress().length ? address : address + "/" + prefixBits;
    }
}
