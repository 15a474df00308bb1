package io.socketgateway.server.config;

import io.netty.util.NetUtil;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads listener URLs: {@code scheme://host:port?option=value&option=value}. */
final class ListenerUrl {
    private static final String KEY = "listener";
    private static final Pattern URL = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)/?(?:\\?(.*))?");
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[^\\]]*]|[^:\\[\\]@]*)(?::([0-9]{1,5}))?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]{0,252})");

    private ListenerUrl() {}

    static ListenerConfig parse(String url) {
        Matcher whole = URL.matcher(url);
        if (!whole.matches()) {
            throw malformed(url);
        }
        Scheme scheme = scheme(url, whole.group(1));
        Matcher authority = AUTHORITY.matcher(whole.group(2));
        if (!authority.matches()) {
            throw malformed(url);
        }
        String portText = authority.group(2);
        int port = portText == null ? ListenerConfig.DEFAULT_PORT : Integer.parseInt(portText);
        if (port > 65_535) {
            throw ConfigException.of("", KEY, url, "a port is a whole number from 0 to 65,535");
        }
        if (authority.group(1).isEmpty() && portText == null) {
            throw malformed(url);
        }
        String host = host(url, authority.group(1));
        return ListenerConfig.of(
                scheme, host, port, options(url, scheme, whole.group(3) == null ? "" : whole.group(3)));
    }

    private static Scheme scheme(String url, String text) {
        return Arrays.stream(Scheme.values())
                .filter(scheme -> scheme.text().equals(text))
                .findFirst()
                .orElseThrow(() -> ConfigException.of(
                        "",
                        KEY,
                        url,
                        text + ": not offered by this release (offered: "
                                + Arrays.stream(Scheme.values())
                                        .map(Scheme::text)
                                        .collect(Collectors.joining(", "))
                                + ")"));
    }

    private static String host(String url, String text) {
        if (text.isEmpty() || text.equals(ListenerConfig.ALL_ADDRESSES)) {
            return ListenerConfig.ALL_ADDRESSES;
        }
        if (text.startsWith("[")) {
            String address = text.substring(1, text.length() - 1);
            if (!NetUtil.isValidIpV6Address(address)) {
                throw ConfigException.of("", KEY, url, address + ": not an IPv6 address");
            }
            return address;
        }
        boolean numeric = text.matches("[0-9.]+");
        if (numeric ? !NetUtil.isValidIpV4Address(text) : !NAME.matcher(text).matches()) {
            throw ConfigException.of("", KEY, url, text + ": neither an address nor a host name");
        }
        return text;
    }

    private static Settings<ListenerConfig> options(String url, Scheme scheme, String query) {
        Settings<ListenerConfig> options = Settings.defaults(ListenerConfig.OPTIONS);
        if (!query.isEmpty()) {
            for (String option : query.split("&", -1)) {
                int equals = option.indexOf('=');
                if (equals < 1) {
                    throw ConfigException.of("", KEY, url, "expected option=value after the question mark");
                }
                String source = KEY + " " + url;
                String name = option.substring(0, equals);
                String text = option.substring(equals + 1);
                ListenerConfig.checkScheme(source, scheme, name, text);
                options.set(source, name, text);
            }
        }
        return options;
    }

    private static ConfigException malformed(String url) {
        return ConfigException.of("", KEY, url, "expected a URL such as tcp://127.0.0.1:7400 or udp://[::1]:7400");
    }
}
