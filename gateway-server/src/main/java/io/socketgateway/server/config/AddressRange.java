package io.socketgateway.server.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/**
 * An address, or all that begin with the same bits: {@code 10.0.0.0/8}, {@code 2001:db8::/32}, {@code ::1}.
 *
 * @param first the lowest address; all bits behind the prefix are 0
 * @param prefixBits how many bits they have in common, 0 to 32 or 128
 */
public record AddressRange(InetAddress first, int prefixBits) {
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
        byte[] address = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
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
