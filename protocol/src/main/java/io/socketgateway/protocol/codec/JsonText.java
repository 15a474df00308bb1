package io.socketgateway.protocol.codec;

import io.socketgateway.protocol.Payload;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * JSON as this protocol takes it: RFC 8259 to the letter, UTF-8 only, nested at most 64 deep. Parsed from characters and
 * without a table of names: peers choose the names of headers and data, and each new one would copy the whole table.
 */
final class JsonText {
    /** Nesting of a whole body; the frame's own object is the first level. */
    static final int MAX_DEPTH = 64;

    static final JsonFactory FACTORY = factory(MAX_DEPTH);

    /** For payloads, which stand one level inside the frame's own object. */
    private static final JsonFactory DATA_FACTORY = factory(MAX_DEPTH - 1);

    private JsonText() {}

    private static JsonFactory factory(int maxDepth) {
        return JsonFactory.builder()
                .recyclerPool(JsonRecyclerPools.threadLocalPool()) // the pool by default is one queue, for all loops
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .maxNumberLength(Integer.MAX_VALUE)
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNameLength(Integer.MAX_VALUE)
                        .build())
                .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                .build();
    }

    /** The payload's text, if it is one JSON document that can stand as {@code data}; else null. */
    static @Nullable String asData(Payload payload) {
        String text = Utf8.textOf(payload);
        if (text == null) {
            return null;
        }
        try (JsonParser parser = DATA_FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) {
                return null;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null ? text : null;
        } catch (JacksonException e) {
            return null;
        }
    }
}
