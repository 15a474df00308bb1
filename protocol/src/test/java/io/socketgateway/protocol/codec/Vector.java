package io.socketgateway.protocol.codec;

import io.netty.buffer.ByteBufUtil;
import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Side;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One test vector as {@code vectors/README.md} describes it. */
record Vector(String file, JsonNode json) {
    /** All vectors of all files, in the order of file names. */
    static List<Vector> all() {
        URL folder = Objects.requireNonNull(Vector.class.getResource("/vectors"), "no vectors on the class path");
        JsonMapper mapper = JsonMapper.shared();
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .flatMap(file -> mapper.readTree(file.toFile())
                            .valueStream()
                            .map(json -> new Vector(String.valueOf(file.getFileName()), json)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    String id() {
        return json.get("id").asString();
    }

    boolean isStream() {
        return json.has("stream");
    }

    boolean isDatagram() {
        return json.has("datagram");
    }

    Side sender() {
        return Side.valueOf(upperCase("sender"));
    }

    Carrier carrier() {
        return Carrier.valueOf(upperCase("carrier"));
    }

    Form form() {
        return Form.valueOf(upperCase("form"));
    }

    byte[] bytes(String member) {
        return bytes(json.get(member));
    }

    boolean has(String member) {
        return json.has(member);
    }

    /** What the vector's frame is as one of ours. */
    VectorFrame frame() {
        return new VectorFrame(json.get("frame"));
    }

    /** Hex, perhaps with spaces, or a list of such and of repetitions. */
    static byte[] bytes(JsonNode hexOrParts) {
        if (hexOrParts.isString()) {
            return ByteBufUtil.decodeHexDump(hexOrParts.asString().replace(" ", ""));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (JsonNode part : hexOrParts) {
            byte[] piece = bytes(part.isString() ? part : part.get("repeat"));
            for (int i = part.isString() ? 1 : part.get("times").asInt(); i > 0; i--) {
                bytes.writeBytes(piece);
            }
        }
        return bytes.toByteArray();
    }

    private String upperCase(String member) {
        return json.get(member).asString().toUpperCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return id() + ": " + json.get("rule").asString();
    }
}
