package io.socketgateway.server.config;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads listener URLs: {@code scheme://host:port?option=value&option=value}. */
final class ListenerUrl {
    private static final String KEY = "listener";
    private static final Pattern URL = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)/?(?:\\?(.*))?");

    private ListenerUrl() {}

    static ListenerConfig parse(String url) {
        Matcher whole = URL.matcher(url);
        if (!whole.matches()) {
            throw malformed(url);
        }
        Scheme scheme = scheme(url, whole.group(1));
        Authority authority = Authority.read(KEY, url, whole.group(2), ListenerConfig.DEFAULT_PORT, malformed(url));
        String query = whole.group(3) == null ? "" : whole.group(3);
        return ListenerConfig.of(scheme, authority.host(), authority.port(), options(url, scheme, query));
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
