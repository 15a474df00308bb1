package io.socketgateway.server.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * Reads a YAML file into flat entries, each with its line. Values stay as they were written: what they mean is up to
 * the table of keys.
 */
final class YamlFile {
    private static final LoadSettings SETTINGS = LoadSettings.builder().build();
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL"); // YAML 1.2.2, section 10.3.2
    private static final Pattern CONTROL =
            Pattern.compile("\\p{Cntrl}"); // in keys, and in what the reader did not expect
    private static final int MOST_LEVELS = 32;

    private final Path path;
    private final Iterator<Event> events;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Integer> lines = new HashMap<>();
    private int line; // where the latest event is

    /**
     * One scalar of the file, or an empty map or list.
     *
     * @param path the keys that lead to it, as in {@code limits.sessions} and {@code listeners[0].url}
     * @param text the scalar as written; null where the file has none
     * @param line counted from 1
     */
    record Entry(String path, @Nullable String text, int line) {}

    private YamlFile(Path path, String text) {
        this.path = path;
        this.events = new Parse(SETTINGS).parseString(text).iterator();
    }

    /** The entries in the order of the file; a {@link ConfigException} names file and line of what is wrong. */
    static List<Entry> read(Path path) {
        String text = TextFile.read(path);
        if (text.lines().allMatch(YamlFile::saysNothing)) {
            return List.of(); // as the image's own is: a YAML reader takes longer to load than all that is read here
        }
        YamlFile file = new YamlFile(path, text);
        try {
            file.document();
        } catch (ConfigException e) {
            throw e;
        } catch (MarkedYamlEngineException e) {
            throw file.fault(line(e.getProblemMark().or(e::getContextMark)), notYaml(e.getContext(), e.getProblem()));
        } catch (RuntimeException e) { // the reader's own, or what it has not thought of, such as the escape \UFFFFFFFF
            throw file.fault(file.line, notYaml("", e.getMessage()));
        }
        return List.copyOf(file.entries);
    }

    private static boolean saysNothing(String line) {
        String stripped = line.strip();
        return stripped.isEmpty() || stripped.charAt(0) == '#';
    }

    private Event next() {
        Event event = events.next();
        line = line(event);
        return event;
    }

    private void document() {
        next(); // the stream's beginning
        if (next().getEventId() == Event.ID.StreamEnd) {
            return;
        }
        Event root = next();
        if (root.getEventId() == Event.ID.MappingStart) {
            map("", root, 1);
        } else if (!(root instanceof ScalarEvent scalar) || text(scalar) != null) {
            throw fault(line(root), "expected keys such as limits.sessions");
        }
        next(); // the document's end
        Event after = next();
        if (after.getEventId() != Event.ID.StreamEnd) {
            throw fault(line(after), "a second document; expected one");
        }
    }

    private void map(String prefix, Event start, int level) {
        Event key = next();
        if (key.getEventId() == Event.ID.MappingEnd && !prefix.isEmpty()) {
            entries.add(new Entry(prefix, null, line(start)));
        }
        for (; key.getEventId() != Event.ID.MappingEnd; key = next()) {
            if (!(key instanceof ScalarEvent scalar)) {
                throw fault(line(key), (prefix.isEmpty() ? "" : prefix + ": ") + "expected a key");
            }
            String name = (prefix.isEmpty() ? "" : prefix + ".") + scalar.getValue();
            Integer before = lines.putIfAbsent(name, line(key));
            if (before != null) {
                throw fault(line(key), name + ": given twice, first on line " + before);
            }
            value(name, next(), level);
        }
    }

    private void list(String prefix, Event start, int level) {
        int index = 0;
        for (Event item = next(); item.getEventId() != Event.ID.SequenceEnd; item = next()) {
            value(prefix + "[" + index++ + "]", item, level);
        }
        if (index == 0) {
            entries.add(new Entry(prefix, null, line(start)));
        }
    }

    private void value(String name, Event event, int level) {
        if (level == MOST_LEVELS) {
            throw fault(line(event), name + ": more than " + MOST_LEVELS + " levels deep");
        }
        switch (event.getEventId()) {
            case MappingStart -> map(name, event, level + 1);
            case SequenceStart -> list(name, event, level + 1);
            case Scalar -> entries.add(new Entry(name, text((ScalarEvent) event), line(event)));
            default -> throw fault(line(event), name + ": aliases are not read here");
        }
    }

    private static @Nullable String text(ScalarEvent scalar) {
        return scalar.getImplicit().canOmitTagInPlainScalar() && NULLS.contains(scalar.getValue())
                ? null
                : scalar.getValue();
    }

    private static int line(Event event) {
        return line(event.getStartMark());
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(Mark::getLine).orElse(-1) + 1; // it counts from 0
    }

    private ConfigException fault(int line, String problem) {
        return new ConfigException(path + (line > 0 ? ":" + line : "") + ": "
                + CONTROL.matcher(problem).replaceAll("?"));
    }

    /** What the YAML reader says, without the excerpts of the file that it draws over several lines. */
    private static String notYaml(@Nullable String context, @Nullable String problem) {
        return "not YAML: " + (context == null || context.isEmpty() ? "" : context + ", ") + problem;
    }
}
