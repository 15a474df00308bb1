package io.socketgateway.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerConfigTest {
    @ParameterizedTest
    @CsvSource({
        "tcp://127.0.0.1:7300, 127.0.0.1, 7300, tcp://127.0.0.1:7300",
        "tcp://127.0.0.1:0, 127.0.0.1, 0, tcp://127.0.0.1:0",
        "tcp://gateway.example.org:1/, gateway.example.org, 1, tcp://gateway.example.org:1",
        "tcp://localhost, localhost, 7400, tcp://localhost:7400",
        "tcp://[::1]:7400, ::1, 7400, tcp://[::1]:7400",
        "tcp://[2001:db8::7], 2001:db8::7, 7400, tcp://[2001:db8::7]:7400",
        "tcp://[::]:65535, ::, 65535, tcp://[::]:65535",
        "tcp://0.0.0.0:7400, 0.0.0.0, 7400, tcp://0.0.0.0:7400",
        "tcp://:7400, *, 7400, tcp://*:7400",
        "tcp://*:7400, *, 7400, tcp://*:7400",
        "tcp://*, *, 7400, tcp://*:7400"
    })
    void aUrlSaysHostAndPort(String text, String host, int port, String url) {
        ListenerConfig listener = ListenerConfig.parse(text);
        assertThat(listener.scheme()).isEqualTo(Scheme.TCP);
        assertThat(listener.host()).isEqualTo(host);
        assertThat(listener.port()).isEqualTo(port);
        assertThat(listener.url()).isEqualTo(url);
        assertThat(ListenerConfig.parse(listener.toString())).isEqualTo(listener);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7400",
                "127.0.0.1:7400",
                "tcp:127.0.0.1:7400",
                "tcp://",
                "tcp:///",
                "tcp://127.0.0.1:x",
                "tcp://127.0.0.1:65536",
                "tcp://127.0.0.1:123456",
                "tcp://127.0.0.1:-1",
                "tcp://::1:7400",
                "tcp://[::1",
                "tcp://[127.0.0.1]:1",
                "tcp://[::1]x:1",
                "tcp://user@host:1",
                "tcp://127.0.0.300:1",
                "tcp://a b:1",
                "tcp://a:1/path",
                "tcp://a:1#f",
                "tcp://a:1?backlog",
                "tcp://a:1?=1",
                "TCP://a:1"
            })
    void anythingElseIsRefusedAndShown(String url) {
        assertThatThrownBy(() -> ListenerConfig.parse(url))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("listener = " + url + ": ");
    }

    @Test
    void aSchemeOfALaterReleaseIsNamedAsSuch() {
        assertThatThrownBy(() -> ListenerConfig.parse("tls://127.0.0.1:7400"))
                .hasMessage("listener = tls://127.0.0.1:7400: tls: not offered by this release (offered: tcp, udp)");
    }

    @Test
    void datagramsHaveAddressesOfTheSameKindAndTheSamePort() {
        ListenerConfig listener = ListenerConfig.parse("udp://[::1]");
        assertThat(listener.scheme()).isEqualTo(Scheme.UDP);
        assertThat(listener.url()).isEqualTo("udp://[::1]:7400");
        assertThat(listener.stateless()).isFalse();
        ListenerConfig all =
                ListenerConfig.parse("udp://*:7300?receive-buffer-bytes=1MiB&reuse-port=true&stateless=true");
        assertThat(all.stateless()).isTrue();
        assertThat(all).hasToString("udp://*:7300?receive-buffer-bytes=1MiB&reuse-port=true&stateless=true");
        assertThat(ListenerConfig.parse(all.toString())).isEqualTo(all);
    }

    @ParameterizedTest
    @CsvSource({
        "udp, tcp, backlog=1024",
        "udp, tcp, backlog=lots",
        "udp, tcp, tcp-no-delay=false",
        "udp, tcp, keep-alive=true",
        "tcp, udp, stateless=false",
        "tcp, udp, stateless=true"
    })
    void anOptionOfTheOtherSchemeIsRefused(String scheme, String other, String option) {
        String url = scheme + "://127.0.0.1:0?" + option;
        assertThatThrownBy(() -> ListenerConfig.parse(url))
                .isInstanceOf(ConfigException.class)
                .hasMessage("listener " + url + ": " + option.replace("=", " = ") + ": an option of " + other
                        + " listeners, not of " + scheme);
    }

    @Test
    void optionsFollowAQuestionMark() {
        ListenerConfig listener =
                ListenerConfig.parse("tcp://127.0.0.1:0?backlog=512&receive-buffer-bytes=64KiB&send-buffer-bytes=system"
                        + "&tcp-no-delay=false&reuse-port=true&keep-alive=false");
        assertThat(listener)
                .isEqualTo(new ListenerConfig(
                        Scheme.TCP,
                        "127.0.0.1",
                        0,
                        512,
                        OptionalInt.of(65_536),
                        OptionalInt.empty(),
                        false,
                        true,
                        false,
                        false));
        assertThat(listener)
                .hasToString(
                        "tcp://127.0.0.1:0?backlog=512&receive-buffer-bytes=64KiB&tcp-no-delay=false&reuse-port=true&keep-alive=false");
        assertThat(ListenerConfig.parse(listener.toString())).isEqualTo(listener);
    }

    @Test
    void anUnknownOptionNamesTheNearest() {
        assertThatThrownBy(() -> ListenerConfig.parse("tcp://127.0.0.1:0?backlogg=512"))
                .hasMessage(
                        "listener tcp://127.0.0.1:0?backlogg=512: backlogg = 512: unknown key; the nearest is backlog");
    }

    @Test
    void allAddressesAreTheWildcardAddress() {
        assertThat(ListenerConfig.parse("tcp://*:7").bindAddress().getAddress().isAnyLocalAddress())
                .isTrue();
        assertThat(ListenerConfig.parse("tcp://[::1]:7")
                        .bindAddress()
                        .getAddress()
                        .isLoopbackAddress())
                .isTrue();
        assertThat(ListenerConfig.parse("tcp://no-such-host.invalid:7")
                        .bindAddress()
                        .isUnresolved())
                .isTrue();
    }

    @Test
    void aRecordMadeByHandIsCheckedToo() {
        OptionalInt system = OptionalInt.empty();
        assertThatThrownBy(() -> new ListenerConfig(
                        Scheme.TCP, "127.0.0.1", 70_000, 1, system, system, true, false, true, false))
                .hasMessage("port = 70000: expected a whole number from 0 to 65,535");
        assertThatThrownBy(() ->
                        new ListenerConfig(Scheme.TCP, "127.0.0.1", 1, 0, system, system, true, false, true, false))
                .hasMessage("backlog = 0: expected a whole number from 1 to 65,535");
        assertThatThrownBy(() ->
                        new ListenerConfig(Scheme.TCP, "127.0.0.1", 1, 1, system, system, true, false, true, true))
                .hasMessage("stateless = true: an option of udp listeners, not of tcp");
        assertThatThrownBy(() ->
                        new ListenerConfig(Scheme.UDP, "127.0.0.1", 1, 1_024, system, system, false, false, true, true))
                .hasMessage("tcp-no-delay = false: an option of tcp listeners, not of udp");
    }
}
