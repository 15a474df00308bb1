package io.socketgateway.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAddressTest {
    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:80, 127.0.0.1, 80, http://127.0.0.1:80",
        "http://127.0.0.1:0/, 127.0.0.1, 0, http://127.0.0.1:0",
        "http://localhost, localhost, 7480, http://localhost:7480",
        "http://[::1], ::1, 7480, http://[::1]:7480",
        "http://0.0.0.0:7480, 0.0.0.0, 7480, http://0.0.0.0:7480",
        "http://:7481, *, 7481, http://*:7481",
        "http://*, *, 7480, http://*:7480"
    })
    void aUrlSaysHostAndPort(String text, String host, int port, String url) {
        HttpAddress address = HttpAddress.parse(text);
        assertThat(address).isEqualTo(new HttpAddress(host, port)).hasToString(url);
        assertThat(HttpAddress.parse(url)).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "on",
                "7480",
                "127.0.0.1:7480",
                "https://127.0.0.1:7480",
                "http://",
                "http://127.0.0.1:65536",
                "http://127.0.0.1:x",
                "http://1.2.3.256",
                "http://1.2.3",
                "http://1.2.3.4.",
                "http://::1:7480",
                "http://[1.2.3.4]",
                "http://[::g]",
                "http://me@localhost",
                "http://localhost/livez",
                "http://localhost?x=1"
            })
    void anythingElseIsRefusedAndShown(String url) {
        assertThatThrownBy(() -> HttpAddress.parse(url))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("admin.listen = " + url + ": ");
    }

    @Test
    void anAddressCanBeBoundAndThenKnowsItsPort() {
        assertThat(HttpAddress.parse("http://*:7").bindAddress().getAddress().isAnyLocalAddress())
                .isTrue();
        assertThat(HttpAddress.parse("http://no-such-host.invalid")
                        .bindAddress()
                        .isUnresolved())
                .isTrue();
        assertThat(HttpAddress.parse("http://[::1]:0").withPort(7)).hasToString("http://[::1]:7");
    }
}
