package io.socketgateway.protocol.netty;

import static io.socketgateway.protocol.netty.Streams.hex;
import static io.socketgateway.protocol.netty.Streams.join;
import static io.socketgateway.protocol.netty.Streams.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.RandomFrames;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.Subject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private static final int LIMIT = 1 << 20;
    private static final Frame PING = new Frame.Ping(1, Payload.text("hello"));
    private static final Frame CANCEL = new Frame.Cancel(2);

    private final FrameRecorder recorder = new FrameRecorder();
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final List<ByteBuf> given = new ArrayList<>();
    private FrameDecoder decoder = new FrameDecoder(Side.CLIENT, LIMIT, recorder);
    private EmbeddedChannel channel = channel(decoder);

    private EmbeddedChannel channel(FrameDecoder handler) {
        EmbeddedChannel fresh = new EmbeddedChannel(handler);
        fresh.config().setAllocator(allocator);
        return fresh;
    }

    private void restart(Side sender, int limit) {
        channel.finishAndReleaseAll();
        recorder.events().clear();
        decoder = new FrameDecoder(sender, limit, recorder);
        channel = channel(decoder);
    }

    private void receive(byte[] bytes) {
        ByteBuf in = Unpooled.buffer(Math.max(1, bytes.length)).writeBytes(bytes);
        given.add(in);
        channel.writeInbound(in);
    }

    private long kept() {
        return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
    }

    @AfterEach
    void everything_was_released() {
        channel.finishAndReleaseAll();
        assertThat(given).allMatch(in -> in.refCnt() == 0);
        assertThat(kept()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = FrameType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"CHALLENGE", "ACK"})
    void a_frame_may_be_cut_at_any_byte(FrameType type) {
        RandomFrames frames = new RandomFrames(31);
        for (Form form : Form.values()) {
            for (int i = 0; i < 3; i++) {
                Frame frame = frames.next(type);
                byte[] bytes = Streams.of(frame, form);
                for (int cut = 1; cut < bytes.length; cut++) {
                    restart(RandomFrames.senderOf(type), LIMIT);
                    receive(Arrays.copyOf(bytes, cut));
                    assertThat(recorder.events()).isEmpty();
                    assertThat(decoder.unfinishedBytes()).isEqualTo(cut);
                    receive(Arrays.copyOfRange(bytes, cut, bytes.length));
                    assertThat(recorder.events()).containsExactly(frame);
                    assertThat(decoder.unfinishedBytes()).isZero();
                    assertThat(kept()).isZero();
                }
            }
        }
    }

    private static List<Frame> mixed(int count, long seed) {
        RandomFrames random = new RandomFrames(seed);
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            frames.add(random.next(Side.CLIENT, Carrier.STREAM));
        }
        return frames;
    }

    private static byte[] inEitherForm(List<Frame> frames) {
        byte[][] parts = new byte[frames.size()][];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = Streams.of(frames.get(i), i % 3 == 0 ? Form.JSON : Form.BINARY);
        }
        return join(parts);
    }

    @Test
    void frames_may_come_byte_by_byte() {
        List<Frame> frames = mixed(100, 32);
        byte[] stream = inEitherForm(frames);
        for (byte b : stream) {
            receive(new byte[] {b});
        }
        assertThat(recorder.events()).isEqualTo(frames);
        assertThat(recorder.reads()).isEqualTo(stream.length);
    }

    @Test
    void a_thousand_frames_may_come_in_one_buffer() {
        List<Frame> frames = mixed(1_000, 33);
        receive(inEitherForm(frames));
        assertThat(recorder.events()).isEqualTo(frames);
        assertThat(recorder.reads()).isEqualTo(1);
        assertThat(decoder.unfinishedBytes()).isZero();
    }

    @Test
    void a_thousand_frames_may_come_in_pieces_of_any_size() {
        List<Frame> frames = mixed(1_000, 34);
        byte[] stream = inEitherForm(frames);
        SplittableRandom random = new SplittableRandom(35);
        for (int most : new int[] {2, 3, 7, 40, 500, 5_000}) {
            restart(Side.CLIENT, LIMIT);
            for (int start = 0; start < stream.length; ) {
                int end = Math.min(stream.length, start + 1 + random.nextInt(most));
                receive(Arrays.copyOfRange(stream, start, end));
                start = end;
            }
            assertThat(recorder.events()).isEqualTo(frames);
        }
    }

    @Test
    void the_bytes_may_lie_anywhere_in_a_direct_buffer() {
        byte[] stream = inEitherForm(mixed(50, 36));
        ByteBuf in = Unpooled.directBuffer().writeLong(0).writeBytes(stream).skipBytes(8);
        given.add(in);
        channel.writeInbound(in);
        assertThat(recorder.events()).isEqualTo(mixed(50, 36));
    }

    @Test
    void an_empty_buffer_does_no_harm() {
        receive(new byte[0]);
        receive(hex("000000"));
        receive(new byte[0]);
        receive(hex("06 130000000002"));
        assertThat(recorder.events()).containsExactly(CANCEL);
    }

    @Test
    void a_frame_at_the_limit_is_taken() {
        restart(Side.CLIENT, 64);
        Frame under = new Frame.Ping(1, Payload.bytes(new byte[57])); // a header of six bytes
        Frame at = new Frame.Ping(1, Payload.bytes(new byte[58]));
        receive(join(Streams.of(under, Form.BINARY), Streams.of(at, Form.BINARY)));
        assertThat(recorder.events()).containsExactly(under, at);
    }

    @Test
    void a_length_over_the_limit_is_judged_before_the_body() {
        restart(Side.CLIENT, 64);
        receive(hex("00000041"));
        assertThat(recorder.events()).hasSize(1);
        assertThat(recorder.lastFault().code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(recorder.lastFault().message()).isEqualTo("length: 65 is over the limit of 64");
        assertThat(kept()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"00100001", "01000000", "7FFFFFFF", "80000000", "FFFFFFFF"})
    void a_length_of_any_size_over_the_limit_is_too_large_however_it_is_cut(String length) {
        for (int cut = 0; cut <= 4; cut++) {
            restart(Side.CLIENT, LIMIT);
            receive(join(Streams.of(PING, Form.BINARY), Arrays.copyOf(hex(length), cut)));
            receive(Arrays.copyOfRange(hex(length), cut, 4));
            receive(Streams.of(PING, Form.BINARY));
            assertThat(recorder.events()).hasSize(2).first().isEqualTo(PING);
            assertThat(recorder.lastFault().code()).isEqualTo(ErrorCode.TOO_LARGE);
            assertThat(kept()).isZero();
        }
    }

    @Test
    void length_0_is_malformed_however_it_is_cut() {
        for (int cut = 0; cut <= 4; cut++) {
            restart(Side.CLIENT, LIMIT);
            receive(new byte[cut]);
            receive(join(new byte[4 - cut], Streams.of(PING, Form.BINARY)));
            receive(Streams.of(PING, Form.BINARY));
            assertThat(recorder.events()).hasSize(1);
            assertThat(recorder.lastFault().code()).isEqualTo(ErrorCode.MALFORMED);
            assertThat(recorder.lastFault().message()).isEqualTo("length: 0");
        }
    }

    @Test
    void nothing_is_allocated_by_a_declared_length() {
        receive(hex("00100000 03"));
        assertThat(kept()).isLessThanOrEqualTo(64);
        assertThat(decoder.unfinishedBytes()).isEqualTo(5);
        byte[] piece = new byte[1_000];
        for (int received = 5; received + piece.length < LIMIT; received += piece.length) {
            assertThat(kept()).isLessThanOrEqualTo(64 + 2L * received);
            receive(piece);
        }
        assertThat(recorder.events()).isEmpty();
    }

    @Test
    void the_memory_of_a_large_frame_is_given_back_when_it_is_whole() {
        Frame large = new Frame.Ping(1, Payload.bytes(new byte[LIMIT - 6]));
        byte[] stream = join(Streams.of(large, Form.BINARY), hex("0000"));
        receive(Arrays.copyOf(stream, 500_000));
        receive(Arrays.copyOfRange(stream, 500_000, stream.length));
        assertThat(recorder.events()).containsExactly(large);
        assertThat(decoder.unfinishedBytes()).isEqualTo(2);
        assertThat(kept()).isLessThanOrEqualTo(64);
    }

    @Test
    void types_from_0x30_to_0x3E_are_skipped_whatever_they_hold() {
        for (int type = 0x30; type <= 0x3E; type++) {
            String code = String.format("%02X", type);
            receive(hex("00000001" + code));
            receive(hex("00000008" + code + "FF FFFFFFFF 7B7B"));
            receive(Streams.of(CANCEL, Form.BINARY));
        }
        assertThat(recorder.events()).hasSize(15).containsOnly(CANCEL);
        receive(hex("00000006 3F0000000001"));
        assertThat(recorder.lastFault().message()).contains("unknown 63");
    }

    @Test
    void a_broken_rule_is_told_and_the_frames_after_it_still_come() {
        receive(join(
                Streams.of(CANCEL, Form.BINARY),
                hex("00000009 10 00 00000007 0001 2A"),
                json("{'type':'publish','id':8,'subject':'a b'}"),
                Streams.of(PING, Form.JSON)));
        assertThat(recorder.events()).hasSize(4).startsWith(CANCEL).endsWith(PING);
        ProtocolException first = (ProtocolException) recorder.events().get(1);
        assertThat(first.frameType()).isEqualTo(FrameType.REQUEST);
        assertThat(first.frameId()).isEqualTo(7);
        ProtocolException second = (ProtocolException) recorder.events().get(2);
        assertThat(second.frameType()).isEqualTo(FrameType.PUBLISH);
        assertThat(second.frameId()).isEqualTo(8);
    }

    @Test
    void nothing_is_handed_over_after_a_malformed_frame() {
        byte[] bad = hex("00000002 FF00");
        receive(join(Streams.of(CANCEL, Form.BINARY), bad, Streams.of(PING, Form.BINARY), bad));
        receive(Streams.of(PING, Form.BINARY));
        receive(hex("FFFFFFFF"));
        receive(hex("0000"));
        assertThat(recorder.events()).hasSize(2).startsWith(CANCEL);
        assertThat(recorder.lastFault().code()).isEqualTo(ErrorCode.MALFORMED);
        assertThat(decoder.unfinishedBytes()).isZero();
        assertThat(kept()).isZero();
    }

    @Test
    void a_receiver_may_stop_it_in_the_middle_of_a_batch() {
        recorder.then(event -> decoder.stop());
        receive(join(Streams.of(PING, Form.BINARY), Streams.of(CANCEL, Form.BINARY), hex("00")));
        receive(Streams.of(CANCEL, Form.BINARY));
        assertThat(recorder.events()).containsExactly(PING);
        assertThat(recorder.reads()).isEqualTo(2); // the peer is alive all the same
        assertThat(kept()).isZero();
    }

    @Test
    void a_receiver_may_stop_it_at_a_frame_that_came_in_pieces() {
        recorder.then(event -> decoder.stop());
        byte[] ping = Streams.of(PING, Form.BINARY);
        receive(Arrays.copyOf(ping, 6));
        receive(join(Arrays.copyOfRange(ping, 6, ping.length), Streams.of(CANCEL, Form.BINARY)));
        assertThat(recorder.events()).containsExactly(PING);
        assertThat(kept()).isZero();
    }

    @Test
    void a_stop_between_reads_discards_what_was_begun() {
        receive(hex("00000006 13"));
        decoder.stop();
        receive(hex("0000000002"));
        assertThat(recorder.events()).isEmpty();
        assertThat(decoder.unfinishedBytes()).isZero();
        assertThat(kept()).isZero();
    }

    @Test
    void a_receiver_that_stops_it_because_of_a_broken_rule_gets_no_more() {
        recorder.then(event -> decoder.stop());
        receive(join(hex("00000009 10 00 00000007 0001 2A"), Streams.of(CANCEL, Form.BINARY)));
        assertThat(recorder.events()).hasSize(1);
    }

    @Test
    void removal_releases_what_was_begun() {
        receive(hex("00000006 13"));
        assertThat(kept()).isPositive();
        channel.pipeline().remove(decoder);
        assertThat(kept()).isZero();
    }

    @Test
    void the_end_of_the_channel_releases_what_was_begun() {
        receive(hex("000000"));
        assertThat(kept()).isPositive();
        channel.close();
        assertThat(kept()).isZero();
    }

    @Test
    void a_receiver_may_remove_it_in_the_middle_of_a_batch() {
        recorder.then(event -> channel.pipeline().remove(decoder));
        byte[] ping = Streams.of(PING, Form.BINARY);
        receive(Arrays.copyOf(ping, 6));
        receive(join(Arrays.copyOfRange(ping, 6, ping.length), Streams.of(CANCEL, Form.BINARY), hex("0000")));
        assertThat(recorder.events()).containsExactly(PING);
        assertThat(kept()).isZero();
    }

    @Test
    void a_receiver_may_close_the_channel_in_the_middle_of_a_batch() {
        recorder.then(event -> channel.close());
        receive(join(Streams.of(PING, Form.BINARY), Streams.of(CANCEL, Form.BINARY), hex("0000")));
        assertThat(recorder.events()).startsWith(PING);
        assertThat(kept()).isZero();
    }

    /** The bytes behind the frame are lost, so nothing that comes later may be taken for the beginning of a frame. */
    @Test
    void after_a_receiver_that_threw_everything_is_discarded() {
        recorder.then(event -> {
            throw new IllegalStateException("of the receiver");
        });
        byte[] ping = Streams.of(PING, Form.BINARY);
        for (int cut : new int[] {0, 2, 6, ping.length - 1}) {
            restart(Side.CLIENT, LIMIT);
            receive(Arrays.copyOf(ping, cut));
            byte[] rest = Arrays.copyOfRange(ping, cut, ping.length);
            assertThatThrownBy(() -> receive(join(rest, Streams.of(CANCEL, Form.BINARY), hex("00"))))
                    .hasMessageContaining("of the receiver");
            receive(Streams.of(CANCEL, Form.BINARY));
            assertThat(recorder.events()).containsExactly(PING);
            assertThat(decoder.unfinishedBytes()).isZero();
            assertThat(kept()).isZero();
        }
    }

    @Test
    void a_receiver_that_throws_at_a_fault_is_no_worse() {
        recorder.then(event -> {
            throw new IllegalStateException("of the receiver");
        });
        assertThatThrownBy(() -> receive(join(hex("00000000"), Streams.of(CANCEL, Form.BINARY))))
                .hasMessageContaining("of the receiver");
        receive(Streams.of(CANCEL, Form.BINARY));
        assertThat(recorder.events()).hasSize(1);
    }

    @Test
    void the_form_is_that_of_the_latest_body_as_soon_as_its_first_byte_came() {
        assertThat(decoder.form()).isEqualTo(Form.BINARY);
        receive(hex("00000002"));
        assertThat(decoder.form()).isEqualTo(Form.BINARY);
        receive(hex("7B"));
        assertThat(decoder.form()).isEqualTo(Form.JSON);
        assertThat(recorder.events()).isEmpty();
        receive(hex("7D")); // {} has no type
        assertThat(recorder.events()).hasSize(1);
        assertThat(decoder.form()).isEqualTo(Form.JSON);
    }

    @Test
    void the_form_changes_with_each_body() {
        List<Form> forms = new ArrayList<>();
        recorder.then(event -> forms.add(decoder.form()));
        receive(join(
                Streams.of(PING, Form.JSON),
                Streams.of(PING, Form.BINARY),
                Streams.of(CANCEL, Form.JSON),
                hex("00000009 10 00 00000007 0001 2A"),
                hex("FFFFFFFF")));
        assertThat(forms).containsExactly(Form.JSON, Form.BINARY, Form.JSON, Form.BINARY, Form.BINARY);
    }

    @Test
    void what_the_gateway_sends_is_read_by_a_client() {
        restart(Side.GATEWAY, LIMIT);
        Frame message = new Frame.Message(3, Subject.of("a"), Headers.of("k", "v"), Payload.json("[1]"));
        receive(join(Streams.of(message, Form.BINARY), Streams.of(message, Form.JSON)));
        assertThat(recorder.events()).containsExactly(message, message);
        receive(Streams.of(Frame.Hello.of(1), Form.BINARY));
        assertThat(recorder.lastFault().message()).contains("not for this side");
    }

    /** Handles a frame as it is told to, for payloads that are lent. */
    private static final class Borrower implements FrameReceiver {
        private final List<Payload> payloads = new ArrayList<>();
        private boolean keeps;
        private boolean fails;

        @Override
        public void bytesReceived(int bytes) {}

        @Override
        public void received(Frame frame) {
            Payload payload = frame.payload();
            payloads.add(payload);
            if (keeps) {
                payload.keep();
            }
            byte[] copy = new byte[payload.length()];
            payload.copyTo(ByteBuffer.wrap(copy));
            assertThat(new String(copy, StandardCharsets.UTF_8)).isEqualTo("hello");
            if (fails) {
                throw new IllegalStateException("fault");
            }
        }

        @Override
        public void rejected(ProtocolException fault) {
            throw fault;
        }

        @Override
        public void failed(ProtocolException fault) {
            throw fault;
        }
    }

    private Borrower lend(int lendFrom) {
        Borrower borrower = new Borrower();
        channel.finishAndReleaseAll();
        decoder = new FrameDecoder(Side.CLIENT, LIMIT, lendFrom, borrower);
        channel = channel(decoder);
        return borrower;
    }

    @Test
    void a_long_payload_is_lent_while_its_frame_is_handled() {
        Borrower borrower = lend(5);
        receive(Streams.of(PING, Form.BINARY));
        Payload lent = borrower.payloads.get(0);
        assertThat(lent.length()).isEqualTo(5);
        assertThatThrownBy(lent::text).isInstanceOf(IllegalStateException.class).hasMessageContaining("taken back");
        assertThatThrownBy(lent::keep).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_lent_payload_that_is_kept_outlasts_its_frame() {
        Borrower borrower = lend(5);
        borrower.keeps = true;
        receive(Streams.of(PING, Form.BINARY));
        assertThat(borrower.payloads).containsExactly(Payload.text("hello"));
    }

    @Test
    void short_payloads_and_those_of_the_json_form_are_not_lent() {
        Borrower borrower = lend(6);
        receive(Streams.of(PING, Form.BINARY));
        receive(Streams.of(PING, Form.JSON));
        assertThat(borrower.payloads).containsExactly(Payload.text("hello"), Payload.text("hello"));
    }

    @Test
    void a_lent_payload_is_taken_back_also_from_a_receiver_that_throws() {
        Borrower borrower = lend(1);
        borrower.fails = true;
        assertThatThrownBy(() -> receive(Streams.of(PING, Form.BINARY))).hasMessageContaining("fault");
        assertThatThrownBy(borrower.payloads.get(0)::text).isInstanceOf(IllegalStateException.class);
    }
}
