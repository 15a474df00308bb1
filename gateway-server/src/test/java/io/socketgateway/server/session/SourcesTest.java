package io.socketgateway.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import io.socketgateway.server.config.GatewayConfig;
import io.socketgateway.server.session.Sources.Source;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourcesTest {
    private final Sources sources = sources("2", "none");

    private static Sources sources(String limit, String trusted) {
        return new Sources(GatewayConfig.defaults()
                .with("limits.sessions-per-address", limit)
                .with("limits.trusted-sources", trusted)
                .limits());
    }

    /** An address as a socket of both families tells it: never another class than was written. */
    private static InetAddress address(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        try {
            return text.indexOf(':') >= 0 ? Inet6Address.getByAddress(null, bytes, 0) : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private Source of(String text) {
        Source source = sources.of(address(text));
        assertThat(source).isNotNull();
        return source;
    }

    @Test
    void eachIpv4AddressCountsForItself() {
        assertThat(of("10.0.0.1")).isEqualTo(of("10.0.0.1")).isNotEqualTo(of("10.0.0.2"));
    }

    @Test
    void ofIpv6TheFirst64BitsCount() {
        assertThat(of("2001:db8:1:2::1"))
                .isEqualTo(of("2001:db8:1:2:ffff:ffff:ffff:ffff"))
                .isNotEqualTo(of("2001:db8:1:3::1"));
        assertThat(of("::1")).isNotEqualTo(of("0.0.0.0"));
    }

    @Test
    void anIpv4AddressInIpv6IsTheIpv4Address() {
        assertThat(of("::ffff:10.0.0.1")).isEqualTo(of("10.0.0.1")).isNotEqualTo(of("::ffff:10.0.0.2"));
        assertThat(sources("1", "10.0.0.0/8").of(address("::ffff:10.1.2.3"))).isNull();
    }

    @Test
    void soManyEnterAndNoMore() {
        Source source = of("10.0.0.1");
        assertThat(sources.isFull(source)).isFalse();
        assertThat(sources.enter(source)).isTrue();
        assertThat(sources.enter(source)).isTrue();
        assertThat(sources.isFull(source)).isTrue();
        assertThat(sources.enter(source)).isFalse();
        assertThat(sources.enter(of("10.0.0.2"))).isTrue();
        sources.leave(source);
        assertThat(sources.enter(source)).isTrue();
        assertThat(sources.enter(source)).isFalse();
    }

    @Test
    void nothingIsKeptOfWhoHasLeftOrWasRefused() {
        List<Source> entered = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            Source source = of("10.1." + i / 200 + "." + i % 200);
            for (int times = 0; times < 3; times++) {
                if (sources.enter(source)) {
                    entered.add(source);
                }
            }
        }
        assertThat(entered).hasSize(2_000);
        assertThat(sources.size()).isEqualTo(1_000);
        entered.forEach(sources::leave);
        assertThat(sources.size()).isZero();
    }

    @Test
    void whoIsTrustedOrNotKnownOrNotLimitedIsNotCounted() {
        Sources trusting = sources("1", "192.0.2.7,2001:db8::/32");
        assertThat(trusting.of(address("192.0.2.7"))).isNull();
        assertThat(trusting.of(address("192.0.2.8"))).isNotNull();
        assertThat(trusting.of(address("2001:db8:ffff::1"))).isNull();
        assertThat(trusting.of(null)).isNull();
        assertThat(trusting.enter(null)).isTrue();
        assertThat(trusting.isFull(null)).isFalse();
        assertThat(sources("unlimited", "none").of(address("10.0.0.1"))).isNull();
        assertThat(trusting.size()).isZero();
    }
}
