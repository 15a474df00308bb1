package io.socketgateway.server.config;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address that HTTP is answered on, written as a URL: {@code http://127.0.0.1:7480}, {@code http://[::1]:0} (any free
 * port), {@code http://*:7480} or {@code http://:7480} (all addresses of the machine). Without a port it is 7480.
 *
 * @param host an address or a name that is resolved at start; {@code *} for all addresses
 * @param port 0 to 65,535; 0 takes a free one
 */
public record HttpAddress(String host, int port) {
    /** The port that a URL without one means. */
    public static final int DEFAULT_PORT = 7480;

    static final String EXAMPLE = "http://127.0.0.1:7480";

    private static final String KEY = "admin.listen";
    private static final Pattern URL = Pattern.compile("http://([^/?#]*)/?");

    /** Reads a URL; a {@link ConfigException} says what is wrong with it. */
    public static HttpAddress parse(String url) {
        ConfigException malformed = ConfigException.of("", KEY, url, "expected off, or a URL such as " + EXAMPLE);
        Matcher whole = URL.matcher(url);
        if (!whole.matches()) {
            throw malformed;
        }
        Authority authority = Authority.read(KEY, url, whole.group(1), DEFAULT_PORT, malformed);
        return new HttpAddress(authority.host(), authority.port());
    }

    /** The address to bind to. A host name is looked up here; the result is unresolved if that fails. */
    public InetSocketAddress bindAddress() {
        return host.equals(ListenerConfig.ALL_ADDRESSES)
                ? new InetSocketAddress(port)
                : new InetSocketAddress(host, port);
    }

    /** The same address with the port that was taken in the end. */
    public HttpAddress withPort(int bound) {
        return new HttpAddress(host, bound);
    }

    /** The URL; {@link #parse} reads it back. */
    @Override
    public String toString() {
        return "http://" + Authority.text(host, port);
    }
}
