package io.socketgateway.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.netty.DatagramBuffer;
import io.socketgateway.protocol.netty.DatagramFrames;
import io.socketgateway.protocol.netty.FrameDecoder;
import io.socketgateway.protocol.netty.FrameReceiver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Our codec, and a plain one in Python, against the test vectors; and SPEC.md, which cites them. */
class VectorTest {
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    @TestFactory
    Stream<DynamicTest> bodies_decode_to_what_the_vector_says() {
        return tests(vector -> vector.has("body"), vector -> {
            byte[] body = vector.bytes("body");
            if (vector.has("shown")) {
                assertThat(body)
                        .asString(StandardCharsets.UTF_8)
                        .isEqualTo(vector.json().get("shown").asString());
            }
            if (vector.has("error")) {
                ProtocolException fault = catchThrowableOfType(
                        ProtocolException.class, () -> decode(body, vector.sender(), vector.carrier()));
                assertThat(fault).as("the fault").isNotNull();
                assertThat(outcome(fault)).isEqualTo(outcome(vector.json().get("error")));
            } else {
                Frame expected = vector.has("skipped") ? null : vector.frame().meant();
                assertThat(decode(body, vector.sender(), vector.carrier())).isEqualTo(expected);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> frames_encode_to_a_body_that_means_the_same() {
        return tests(vector -> vector.has("frame"), vector -> {
            Frame frame = vector.frame().meant();
            if (vector.json().get("canonical").asBoolean()) {
                assertThat(encode(frame, vector.form())).isEqualTo(vector.bytes("body"));
            }
            assertThat(decode(encode(frame, Form.BINARY), vector.sender(), vector.carrier()))
                    .isEqualTo(frame);
            assertThat(decode(encode(frame, Form.JSON), vector.sender(), vector.carrier()))
                    .isEqualTo(vector.frame().meantInJson());
        });
    }

    @TestFactory
    Stream<DynamicTest> streams_in_one_piece_come_to_what_the_vector_says() {
        return tests(
                Vector::isStream,
                vector -> assertThat(receive(vector, Integer.MAX_VALUE)).isEqualTo(expected(vector)));
    }

    @TestFactory
    Stream<DynamicTest> streams_byte_by_byte_come_to_the_same() {
        return tests(Vector::isStream, vector -> assertThat(receive(vector, 1)).isEqualTo(expected(vector)));
    }

    @TestFactory
    Stream<DynamicTest> datagrams_come_to_what_the_vector_says() {
        return tests(Vector::isDatagram, vector -> {
            byte[] datagram = vector.bytes("datagram");
            ByteBuf in = Unpooled.wrappedBuffer(new byte[] {0}, datagram).skipBytes(1);
            assertThat(DatagramFrames.kind(in).name())
                    .isEqualToIgnoringCase(vector.json().get("kind").asString());
            if (vector.has("token")) {
                assertThat(String.format("%016x", DatagramFrames.token(in)))
                        .isEqualTo(vector.json().get("token").asString());
            }
            assertThat(in.readerIndex())
                    .as("the reader index while it is looked at")
                    .isEqualTo(1);
            if (vector.has("malformed")) {
                ProtocolException fault =
                        catchThrowableOfType(ProtocolException.class, () -> DatagramFrames.read(in, vector.sender()));
                assertThat(fault).as("the fault").isNotNull();
                assertThat(outcome(fault)).isEqualTo("400, connection");
            } else {
                DatagramFrames frames = DatagramFrames.read(in, vector.sender());
                assertThat(handedOver(frames)).isEqualTo(expectedFrames(vector));
                assertThat(forms(frames)).isEqualTo(expectedForms(vector));
                assertThat(frames.bytes()).isEqualTo(datagram.length);
                assertThat(in.isReadable()).as("bytes left").isFalse();
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> frames_packed_into_a_datagram_mean_the_same() {
        return tests(vector -> vector.has("frames"), vector -> {
            List<ByteBuf> datagrams = new ArrayList<>();
            DatagramBuffer buffer = new DatagramBuffer(UnpooledByteBufAllocator.DEFAULT, datagrams::add);
            if (vector.has("token")) {
                buffer.token(Long.parseUnsignedLong(vector.json().get("token").asString(), 16));
            }
            List<Object> packed = new ArrayList<>();
            for (JsonNode each : vector.json().get("frames")) {
                if (each.has("frame")) {
                    Form form = form(each);
                    Frame frame = new VectorFrame(each.get("frame")).meant();
                    assertThat(buffer.append(frame, form, DatagramFrames.MOST_BYTES))
                            .isTrue();
                    packed.add(frame);
                }
            }
            buffer.flush();
            assertThat(datagrams).hasSize(packed.isEmpty() ? 0 : 1);
            for (ByteBuf datagram : datagrams) {
                if (vector.json().get("canonical").asBoolean()) {
                    assertThat(ByteBufUtil.getBytes(datagram)).isEqualTo(vector.bytes("datagram"));
                }
                assertThat(handedOver(DatagramFrames.read(datagram, vector.sender())))
                        .isEqualTo(packed);
                datagram.release();
            }
        });
    }

    @Test
    void vectors_are_many_and_each_has_an_id_of_its_own() {
        List<Vector> vectors = Vector.all();
        assertThat(vectors).hasSizeGreaterThanOrEqualTo(150);
        assertThat(vectors.stream().map(Vector::id)).doesNotHaveDuplicates();
    }

    @Test
    void every_vector_that_the_specification_cites_exists() throws IOException {
        Set<String> ids = Vector.all().stream().map(Vector::id).collect(Collectors.toSet());
        List<String> cited = Pattern.compile("\\[v:([^]]*)]")
                .matcher(Files.readString(MODULE.resolve("SPEC.md")))
                .results()
                .map(citation -> citation.group(1))
                .toList();
        assertThat(cited).hasSizeGreaterThan(50).isSubsetOf(ids);
    }

    @Test
    void the_plain_python_codec_agrees_with_every_vector() throws IOException, InterruptedException {
        assumeTrue(run("python3", "--version").startsWith("Python 3"), "python3 is not installed");
        String script = MODULE.resolve("../examples/python/check_vectors.py").toString();
        assertThat(run("python3", script))
                .endsWith("%d passed, 0 failed\n".formatted(Vector.all().size()));
    }

    private static String run(String... command) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        try {
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return output;
        } catch (IOException e) {
            return ""; // no such program
        }
    }

    private interface Check {
        void of(Vector vector);
    }

    private static Stream<DynamicTest> tests(Predicate<Vector> which, Check check) {
        return Vector.all().stream()
                .filter(which)
                .map(vector -> DynamicTest.dynamicTest(vector.toString(), () -> check.of(vector)));
    }

    private static @Nullable Frame decode(byte[] body, Side sender, Carrier carrier) {
        ByteBuf in = Unpooled.wrappedBuffer(new byte[] {'{'}, body, new byte[] {'}'}); // what is around must not matter
        in.skipBytes(1);
        try {
            return FrameCodec.decode(in, body.length, sender, carrier);
        } finally {
            assertThat(in.readableBytes()).as("bytes after the body").isEqualTo(1);
        }
    }

    private static byte[] encode(Frame frame, Form form) {
        ByteBuf out = Unpooled.buffer();
        FrameCodec.encode(frame, form, out);
        return ByteBufUtil.getBytes(out);
    }

    private static String outcome(ProtocolException fault) {
        FrameType type = fault.frameType();
        return type == null
                ? "%d, connection".formatted(fault.code().code())
                : "%d, %s %s"
                        .formatted(
                                fault.code().code(),
                                type.name().toLowerCase(Locale.ROOT),
                                Integer.toUnsignedString(fault.frameId()));
    }

    private static String outcome(JsonNode error) {
        return error.get("scope").asString().equals("connection")
                ? "%d, connection".formatted(error.get("code").asInt())
                : "%d, %s %d"
                        .formatted(
                                error.get("code").asInt(),
                                error.get("type").asString(),
                                error.get("id").asLong());
    }

    /** What a stream should come to: its frames and faults in order, and how many bytes wait at the end. */
    private static List<Object> expected(Vector vector) {
        List<Object> expected = new ArrayList<>();
        boolean failed = false;
        for (JsonNode hex : vector.json().get("bodies")) {
            try {
                Frame frame = decode(Vector.bytes(hex), vector.sender(), Carrier.STREAM);
                if (frame != null) {
                    expected.add(frame);
                }
            } catch (ProtocolException fault) {
                failed = fault.frameType() == null;
                expected.add(outcome(fault));
            }
        }
        if (vector.has("error") && !failed) {
            expected.add(outcome(vector.json().get("error")));
        }
        expected.add(vector.json().path("left").asInt(0));
        return expected;
    }

    /** What a datagram should come to: its frames, and the faults of those that broke a rule, in order. */
    private static List<Object> expectedFrames(Vector vector) {
        List<Object> expected = new ArrayList<>();
        for (JsonNode each : vector.json().get("frames")) {
            if (each.has("frame")) {
                expected.add(new VectorFrame(each.get("frame")).meant());
            } else if (each.has("error")) {
                expected.add(outcome(each.get("error")));
            }
        }
        return expected;
    }

    private static List<Form> expectedForms(Vector vector) {
        return vector.json()
                .get("frames")
                .valueStream()
                .filter(each -> !each.has("skipped"))
                .map(VectorTest::form)
                .toList();
    }

    private static List<Form> forms(DatagramFrames frames) {
        return IntStream.range(0, frames.size()).mapToObj(frames::form).toList();
    }

    private static Form form(JsonNode each) {
        return Form.valueOf(each.get("form").asString().toUpperCase(Locale.ROOT));
    }

    private static List<Object> handedOver(DatagramFrames frames) {
        List<Object> received = new ArrayList<>();
        frames.handOver(new Outcomes(received));
        assertThat(received).hasSize(frames.size());
        for (int i = 0; i < frames.size(); i++) {
            if (received.get(i) instanceof Frame frame) {
                assertThat(frames.type(i)).isSameAs(frame.type());
            }
            assertThat(frames.contains(frames.type(i))).isTrue();
        }
        return received;
    }

    /** Frames as they are, faults as text. */
    private record Outcomes(List<Object> received) implements FrameReceiver {
        @Override
        public void received(Frame frame) {
            received.add(frame);
        }

        @Override
        public void rejected(ProtocolException fault) {
            received.add(outcome(fault));
        }

        @Override
        public void failed(ProtocolException fault) {
            received.add(outcome(fault));
        }
    }

    private static List<Object> receive(Vector vector, int pieceBytes) {
        List<Object> received = new ArrayList<>();
        FrameDecoder decoder = new FrameDecoder(
                vector.sender(), vector.json().get("maxFrameBytes").asInt(), new Outcomes(received));
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        byte[] stream = vector.bytes("stream");
        for (int at = 0; at < stream.length; at += Math.min(pieceBytes, stream.length - at)) {
            int end = at + Math.min(pieceBytes, stream.length - at);
            channel.writeInbound(channel.alloc().buffer().writeBytes(stream, at, end - at));
        }
        received.add(decoder.unfinishedBytes());
        channel.finishAndReleaseAll();
        return received;
    }
}
