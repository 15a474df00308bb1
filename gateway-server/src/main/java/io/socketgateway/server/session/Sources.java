package io.socketgateway.server.session;

import io.socketgateway.server.config.AddressRange;
import io.socketgateway.server.config.LimitsConfig;
import io.socketgateway.server.config.ValueType;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * How many sessions each address has. Of IPv6 the first 64 bits count, for whoever has one address there has them all. An
 * entry goes with its last session, so that there are never more of them than sessions. Any thread.
 */
final class Sources {
    private static final int IPV4_BYTES = 4;
    private static final int MAPPED_PREFIX_BYTES = 12;

    /** An address of IPv4, or what many of IPv6 begin with. */
    record Source(boolean isIpv6, long bits) {}

    private final int limit;
    private final List<AddressRange> trusted;
    private final ConcurrentMap<Source, Integer> counts = new ConcurrentHashMap<>();

    Sources(LimitsConfig limits) {
        this.limit = limits.sessionsPerAddress();
        this.trusted = limits.trustedSources();
    }

    /** Whom a session from there counts for; null if for nobody: the limit does not hold for that address. */
    @Nullable
    Source of(@Nullable InetAddress address) {
        if (address == null || limit == ValueType.UNLIMITED) {
            return null;
        }
        InetAddress known = unmapped(address);
        for (AddressRange range : trusted) {
            if (range.contains(known)) {
                return null;
            }
        }
        ByteBuffer bytes = ByteBuffer.wrap(known.getAddress());
        boolean isIpv6 = bytes.remaining() > IPV4_BYTES;
        return new Source(isIpv6, isIpv6 ? bytes.getLong() : bytes.getInt());
    }

    /** An IPv4 address that came in the clothes of IPv6 ({@code ::ffff:10.0.0.1}) is itself again. */
    private static InetAddress unmapped(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == IPV4_BYTES || !isMapped(bytes)) {
            return address;
        }
        try {
            return InetAddress.getByAddress(bytes); // does so by itself
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not 4 or 16 bytes", e);
        }
    }

    private static boolean isMapped(byte[] bytes) {
        for (int i = 0; i < MAPPED_PREFIX_BYTES; i++) {
            if (bytes[i] != (i < MAPPED_PREFIX_BYTES - 2 ? 0 : -1)) {
                return false;
            }
        }
        return true;
    }

    /** Whether one more would be too many. */
    boolean isFull(@Nullable Source source) {
        return source != null && counts.getOrDefault(source, 0) >= limit;
    }

    /** Counts one more; false if it would be too many. */
    boolean enter(@Nullable Source source) {
        if (source != null && counts.merge(source, 1, Integer::sum) > limit) {
            leave(source);
            return false;
        }
        return true;
    }

    /** Counts one less. */
    void leave(@Nullable Source source) {
        if (source != null) {
            counts.computeIfPresent(source, (same, count) -> count > 1 ? count - 1 : null);
        }
    }

    /** How many addresses have sessions that count. */
    int size() {
        return counts.size();
    }
}
