package io.socketgateway.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressRangeTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8",
        "10.1.2.3/8, 10.0.0.0/8",
        "192.168.1.255, 192.168.1.255",
        "0.0.0.0/0, 0.0.0.0/0",
        "::1, 0:0:0:0:0:0:0:1",
        "2001:db8::/32, 2001:db8:0:0:0:0:0:0/32",
        "fc00::/7, fc00:0:0:0:0:0:0:0/7"
    })
    void anAddressIsRead(String text, String means) {
        assertThat(AddressRange.read(text)).get().hasToString(means);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "localhost", "10.0.0", "10.0.0.256", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "a.b.c.d",
                        "10.0.0.1.2",
                ":", ":::", "1::2::3", "2001:db8::/129", "g::1", "[::1]", "fe80::1%lo", "::1/x", "1.2.3.4:80"
            })
    void whatIsNoneIsNotAndIsAskedOfNoNameServer(String text) {
        assertThat(AddressRange.read(text)).isEmpty();
    }
}
