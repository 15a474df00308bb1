package io.socketgateway.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConfigKeysTest {
    private static final Set<String> MADE_OF_THE_MACHINE =
            Set.of("server.workers", "server.node", "limits.inbound-bytes", "limits.backlog-bytes");

    @Test
    void keyNamesAndDefaultsAreWhatScriptsAndFilesRelyOn() {
        assertThat(ConfigKeys.ALL.stream().map(key -> key.name() + "=" + key.defaultText()))
                .containsExactly(
                        "listeners=tcp://127.0.0.1:7400",
                        "server.workers=auto",
                        "server.transport=auto",
                        "server.send-batching=auto",
                        "server.node=auto",
                        "server.service-threads=256",
                        "server.service-queue=1024",
                        "server.frame-log=off",
                        "admin.listen=off",
                        "log.format=text",
                        "log.level=info",
                        "limits.max-frame-bytes=1MiB",
                        "limits.max-datagram-bytes=8KiB",
                        "limits.max-datagram-bytes-sent=1200",
                        "limits.frame-timeout=10s",
                        "limits.inbound-bytes=12.5%",
                        "limits.max-deadline=10m",
                        "limits.stream-idle-timeout=10m",
                        "limits.answer-cache-bytes-per-session=256KiB",
                        "limits.answer-cache-bytes=64MiB",
                        "limits.answer-cache-time=1m",
                        "limits.resume-window=0s",
                        "limits.keep-alive=30s",
                        "limits.drain-timeout=25s",
                        "limits.backlog-bytes-per-session=8MiB",
                        "limits.backlog-timeout=10s",
                        "limits.backlog-bytes=25%",
                        "limits.sessions=10000",
                        "limits.sessions-per-address=256",
                        "limits.trusted-sources=none",
                        "limits.new-sessions-per-second=500",
                        "limits.requests-per-session=1024",
                        "limits.stateless-requests=1024",
                        "limits.subscriptions-per-session=1000");
        assertThat(ListenerConfig.OPTIONS.stream().map(key -> key.name() + "=" + key.defaultText()))
                .containsExactly(
                        "backlog=1024",
                        "receive-buffer-bytes=system",
                        "send-buffer-bytes=system",
                        "tcp-no-delay=true",
                        "reuse-port=false",
                        "keep-alive=true",
                        "stateless=false");
    }

    @Test
    void theDefaultsAreThoseOfTheDesign() {
        GatewayConfig config = GatewayConfig.defaults();
        assertThat(config.limits())
                .isEqualTo(new LimitsConfig(
                        1_048_576,
                        8_192,
                        1_200,
                        Duration.ofSeconds(10),
                        Runtime.getRuntime().maxMemory() / 8,
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(10),
                        262_144,
                        67_108_864,
                        Duration.ofSeconds(60),
                        Duration.ZERO,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(25),
                        8_388_608,
                        Duration.ofSeconds(10),
                        Runtime.getRuntime().maxMemory() / 4,
                        10_000,
                        256,
                        List.of(),
                        500,
                        1_024,
                        1_024,
                        1_000));
        assertThat(config.server())
                .isEqualTo(new ServerConfig(
                        Runtime.getRuntime().availableProcessors(),
                        TransportKind.AUTO,
                        SendBatching.AUTO,
                        HostName.own(),
                        256,
                        1_024,
                        Optional.empty()));
        assertThat(config.admin()).isEqualTo(new AdminConfig(Optional.empty()));
        assertThat(config.log()).isEqualTo(new LogConfig(LogFormat.TEXT, LogLevel.INFO));
        assertThat(config.listeners())
                .isEqualTo(List.of(new ListenerConfig(
                        Scheme.TCP,
                        "127.0.0.1",
                        7400,
                        1_024,
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        true,
                        false,
                        true,
                        false)));
    }

    @Test
    void everyDefaultIsWrittenAsItWouldBePrinted() {
        GatewayConfig defaults = GatewayConfig.defaults();
        assertThat(ConfigKeys.ALL)
                .filteredOn(key -> !MADE_OF_THE_MACHINE.contains(key.name()))
                .allSatisfy(key -> assertThat(key.text(defaults)).isEqualTo(key.defaultText()));
    }

    @Test
    void everyKeyHasAnEnvironmentNameOfItsOwn() {
        assertThat(ConfigKeys.ALL.stream().map(ConfigKey::environmentName))
                .contains(
                        "GATEWAY_LISTENERS",
                        "GATEWAY_SERVER_WORKERS",
                        "GATEWAY_LIMITS_MAX_FRAME_BYTES",
                        "GATEWAY_ADMIN_LISTEN")
                .doesNotHaveDuplicates();
    }

    @Test
    void everyKeySaysWhatItIsFor() {
        assertThat(ConfigKeys.ALL).allSatisfy(key -> {
            assertThat(key.doc()).hasSizeGreaterThan(15).doesNotEndWith(".");
            assertThat(key.type().expected()).isNotBlank();
        });
    }
}
