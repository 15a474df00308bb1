package io.socketgateway.server.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands between {@code //} and the next slash of a URL: {@code 127.0.0.1:7400}, {@code [::1]:0}, {@code :7400}.
 * Nothing is looked up, and nothing but the JDK is needed.
 *
 * @param host an address or a name; {@code *} for all addresses
 * @param port 0 to 65,535
 */
record Authority(String host, int port) {
    private static final Pattern TEXT = Pattern.compile("(\\[[^\\]]*]|[^:\\[\\]@]*)(?::([0-9]{1,5}))?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]{0,252})");
    private static final Pattern IPV4 = Pattern.compile(
            "((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\\.(?!$)|$)){4}"); // four bytes, and no dot at the end

    /**
     * Reads one.
     *
     * @param key whose value it is part of
     * @param url that value, to be shown when it is wrong
     * @param malformed what was expected instead, if it is nothing of the kind
     */
    static Authority read(String key, String url, String text, int defaultPort, ConfigException malformed) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches() || parts.group(1).isEmpty() && parts.group(2) == null) {
            throw malformed;
        }
        int port = parts.group(2) == null ? defaultPort : Integer.parseInt(parts.group(2));
        if (port > 65_535) {
            throw ConfigException.of("", key, url, "a port is a whole number from 0 to 65,535");
        }
        return new Authority(host(key, url, parts.group(1)), port);
    }

    private static String host(String key, String url, String text) {
        if (text.isEmpty() || text.equals(ListenerConfig.ALL_ADDRESSES)) {
            return ListenerConfig.ALL_ADDRESSES;
        }
        if (text.startsWith("[")) {
            String address = text.substring(1, text.length() - 1);
            if (!isIpv6(address)) {
                throw ConfigException.of("", key, url, address + ": not an IPv6 address");
            }
            return address;
        }
        boolean numeric = text.matches("[0-9.]+");
        if (!(numeric ? IPV4 : NAME).matcher(text).matches()) {
            throw ConfigException.of("", key, url, text + ": neither an address nor a host name");
        }
        return text;
    }

    private static boolean isIpv6(String text) {
        try {
            return text.indexOf(':') >= 0 && InetAddress.getByName("[" + text + "]") != null; // in brackets: no look-up
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** As it stands in a URL. */
    static String text(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
