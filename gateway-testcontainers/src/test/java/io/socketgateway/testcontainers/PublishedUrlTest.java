package io.socketgateway.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.Ports.Binding;
import org.junit.jupiter.api.Test;

final class PublishedUrlTest {
    private static final ExposedPort UDP = ExposedPort.udp(7400);

    private final Ports published = new Ports();

    private String url() {
        return PublishedUrl.of("udp", "localhost", published, UDP);
    }

    @Test
    void theProtocolTellsPortsOfOneNumberApart() {
        published.bind(ExposedPort.tcp(7400), new Binding("0.0.0.0", "1001"));
        published.bind(UDP, new Binding("0.0.0.0", "1002"));

        assertThat(url()).isEqualTo("udp://localhost:1002");
        assertThat(PublishedUrl.of("tcp", "localhost", published, ExposedPort.tcp(7400)))
                .isEqualTo("tcp://localhost:1001");
    }

    @Test
    void ofTwoBindingsIpv4sIsTaken() {
        published.bind(UDP, new Binding("::", "1001"));
        published.bind(UDP, new Binding("0.0.0.0", "1002"));

        assertThat(url()).isEqualTo("udp://localhost:1002");
    }

    @Test
    void anIpv6HostStandsInBrackets() {
        published.bind(UDP, new Binding("::", "1001"));

        assertThat(PublishedUrl.of("udp", "fd00::1", published, UDP)).isEqualTo("udp://[fd00::1]:1001");
    }

    @Test
    void aPortThatIsNotPublishedIsAnError() {
        assertThatThrownBy(this::url)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("7400/udp")
                .hasMessageContaining("does the container run?");
    }
}
