package io.socketgateway.testcontainers;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.Ports.Binding;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where a container's port is reached from outside. */
final class PublishedUrl {
    private PublishedUrl() {}

    /**
     * The URL of that port of a container.
     *
     * @throws IllegalStateException if it is not published now, as of a container that does not run
     */
    static String of(String scheme, String host, Ports published, ExposedPort port) {
        Binding @Nullable [] bindings = published.getBindings().get(port);
        return Stream.ofNullable(bindings)
                .flatMap(Stream::of)
                .sorted((one, other) ->
                        Boolean.compare(isIpv6(one), isIpv6(other))) // they may differ, and we mean IPv4
                .map(Binding::getHostPortSpec)
                .filter(spec -> spec != null && !spec.isEmpty())
                .findFirst()
                .map(spec -> scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + spec)
                .orElseThrow(() -> new IllegalStateException(
                        "the container's port " + port + " is not published: does the container run?"));
    }

    private static boolean isIpv6(Binding binding) {
        String address = binding.getHostIp();
        return address != null && address.contains(":");
    }
}
