package io.socketgateway.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads a YAML file into flat entries, each with its line. Values stay as they were written: what they mean is up to
 * the table of keys.
 */
final class YamlFile {
    private static final Pattern LINE = Pattern.compile("line ([0-9]{1,9}), column");

    private final Path path;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Integer> lines = new HashMap<>();

    /**
     * One scalar of the file, or an empty map or list.
     *
     * @param path the keys that lead to it, as in {@code limits.sessions} and {@code listeners[0].url}
     * @param text the scalar as written; null where the file has none
     * @param line counted from 1
     */
    record Entry(String path, @Nullable String text, int line) {}

    private YamlFile(Path path) {
        this.path = path;
    }

    /** The entries in the order of the file; a {@link ConfigException} names file and line of what is wrong. */
    static List<Entry> read(Path path) {
        String text = TextFile.read(path);
        YamlFile file = new YamlFile(path);
        try (JsonParser parser = new YAMLFactory().createParser(ObjectReadContext.empty(), text)) {
            file.document(parser);
        } catch (JacksonException e) {
            throw file.fault(place(e.getOriginalMessage()), oneLine(e.getOriginalMessage()));
        }
        return List.copyOf(file.entries);
    }

    private void document(JsonParser parser) {
        JsonToken first = parser.nextToken();
        if (first == null || first == JsonToken.VALUE_NULL) {
            return;
        }
        if (first != JsonToken.START_OBJECT) {
            throw fault(line(parser), "expected keys such as limits.sessions");
        }
        map(parser, "");
        if (parser.nextToken() != null) {
            throw fault(line(parser), "a second document; expected one");
        }
    }

    private void map(JsonParser parser, String prefix) {
        boolean empty = true;
        int start = line(parser);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            empty = false;
            String key = (prefix.isEmpty() ? "" : prefix + ".") + parser.currentName();
            int line = line(parser);
            Integer before = lines.putIfAbsent(key, line);
            if (before != null) {
                throw fault(line, key + ": given twice, first on line " + before);
            }
            parser.nextToken();
            value(parser, key);
        }
        if (empty && !prefix.isEmpty()) {
            entries.add(new Entry(prefix, null, start));
        }
    }

    private void list(JsonParser parser, String prefix) {
        int index = 0;
        int start = line(parser);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            value(parser, prefix + "[" + index++ + "]");
        }
        if (index == 0) {
            entries.add(new Entry(prefix, null, start));
        }
    }

    private void value(JsonParser parser, String path) {
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            throw fault(line(parser), path + ": aliases are not read here");
        }
        switch (parser.currentToken()) {
            case START_OBJECT -> map(parser, path);
            case START_ARRAY -> list(parser, path);
            case VALUE_NULL -> entries.add(new Entry(path, null, line(parser)));
            default -> entries.add(new Entry(path, parser.getString(), line(parser)));
        }
    }

    private static int line(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }

    private ConfigException fault(int line, String problem) {
        return new ConfigException(path + (line > 0 ? ":" + line : "") + ": " + problem);
    }

    /** The line that the YAML reader names last, where it gave up; its exceptions' own location is where it began. */
    private static int place(String message) {
        return LINE.matcher(message)
                .results()
                .mapToInt(match -> Integer.parseInt(match.group(1)))
                .reduce(0, (first, last) -> last);
    }

    /** What the YAML reader says, without the excerpts of the file that it draws over several lines. */
    private static String oneLine(String message) {
        return "not YAML: "
                + message.lines()
                        .filter(line -> !line.startsWith(" ") && !line.isBlank())
                        .map(String::strip)
                        .collect(Collectors.joining(", "));
    }
}
