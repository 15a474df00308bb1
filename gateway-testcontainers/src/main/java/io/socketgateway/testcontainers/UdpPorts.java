package io.socketgateway.testcontainers;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ports;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Testcontainers publishes TCP ports only. */
final class UdpPorts {
    private UdpPorts() {}

    /** Publishes the UDP port on one that the engine chooses, unless the command says already where. */
    static void publish(CreateContainerCmd command, int port) {
        ExposedPort udp = ExposedPort.udp(port);
        HostConfig host = Objects.requireNonNullElseGet(command.getHostConfig(), HostConfig::newHostConfig);
        Ports bindings = Objects.requireNonNullElseGet(host.getPortBindings(), Ports::new);
        if (!bindings.getBindings().containsKey(udp)) {
            bindings.bind(udp, Ports.Binding.empty());
        }
        command.withHostConfig(host.withPortBindings(bindings));
        ExposedPort[] before = command.getExposedPorts();
        List<ExposedPort> exposed = new ArrayList<>(before == null ? List.of() : List.of(before));
        if (!exposed.contains(udp)) {
            exposed.add(udp);
        }
        command.withExposedPorts(exposed);
    }
}
