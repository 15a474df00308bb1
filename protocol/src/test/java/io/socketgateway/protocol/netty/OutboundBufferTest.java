package io.socketgateway.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.RandomFrames;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.codec.SharedMessage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutboundBufferTest {
    private static final int MAX = 1 << 20;
    private static final Frame CANCEL = new Frame.Cancel(7); // 10 bytes on a stream
    private static final int CANCEL_BYTES = 10;

    private final ScriptedSocket socket = new ScriptedSocket();
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final EmbeddedChannel channel = new EmbeddedChannel(socket);
    private Runnable whenWritten = () -> {};
    private int written;
    private final OutboundBuffer out = new OutboundBuffer(channel, SendBatch.NONE, () -> {
        written++;
        whenWritten.run();
    });

    OutboundBufferTest() {
        channel.config().setAllocator(allocator);
    }

    private long held() {
        return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
    }

    @AfterEach
    void everything_is_released() {
        out.release();
        while (socket.underWay() > 0) {
            socket.fail();
        }
        channel.finishAndReleaseAll();
        assertThat(held()).isZero();
    }

    private static Frame ping(int payloadBytes) {
        return new Frame.Ping(1, Payload.bytes(new byte[payloadBytes]));
    }

    @Test
    void a_thousand_frames_are_one_write_and_one_flush() {
        RandomFrames random = new RandomFrames(41);
        List<Frame> frames = new ArrayList<>();
        byte[][] expected = new byte[1_000][];
        for (int i = 0; i < expected.length; i++) {
            Frame frame = random.next(Side.GATEWAY, Carrier.STREAM);
            Form form = i % 2 == 0 ? Form.BINARY : Form.JSON;
            frames.add(frame);
            expected[i] = Streams.of(frame, form);
            assertThat(out.append(frame, form, MAX)).isTrue();
        }
        assertThat(socket.writes()).isZero();
        out.flush();
        socket.takeAll();
        assertThat(socket.writes()).isEqualTo(1);
        assertThat(socket.flushes()).isEqualTo(1);
        assertThat(socket.taken()).isEqualTo(Streams.join(expected));
        assertThat(written).isEqualTo(1);
        FrameRecorder recorder = new FrameRecorder();
        EmbeddedChannel reader = new EmbeddedChannel(new FrameDecoder(Side.GATEWAY, MAX, recorder));
        reader.writeInbound(Unpooled.copiedBuffer(socket.taken()));
        reader.finishAndReleaseAll();
        assertThat(recorder.events()).isEqualTo(frames);
    }

    @Test
    void what_comes_while_a_write_is_under_way_goes_as_one_write_when_it_ends() {
        out.append(CANCEL, Form.BINARY, MAX);
        out.flush();
        for (int i = 0; i < 5; i++) {
            out.append(CANCEL, Form.BINARY, MAX);
            out.flush();
        }
        assertThat(socket.writes()).isEqualTo(1);
        socket.takeAll();
        assertThat(socket.writes()).isEqualTo(2);
        assertThat(written).isEqualTo(1);
        socket.takeAll();
        assertThat(socket.writes()).isEqualTo(2);
        assertThat(socket.taken()).hasSize(6 * CANCEL_BYTES);
        assertThat(written).isEqualTo(2);
    }

    @Test
    void flushing_nothing_writes_nothing() {
        out.flush();
        out.append(CANCEL, Form.BINARY, 5);
        out.flush();
        assertThat(socket.writes()).isZero();
        assertThat(written).isZero();
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void a_body_at_the_limit_is_taken_and_one_over_it_is_not(Form form) {
        Frame frame = ping(300);
        byte[] bytes = Streams.of(frame, form);
        int body = bytes.length - 4;
        assertThat(out.append(frame, form, body - 1)).isFalse();
        assertThat(out.append(frame, form, body)).isTrue();
        assertThat(out.append(frame, form, body + 1)).isTrue();
        assertThat(out.append(frame, form, 0)).isFalse();
        assertThat(out.appendedBytes()).isEqualTo(2L * bytes.length);
        out.flush();
        socket.takeAll();
        assertThat(socket.taken()).isEqualTo(Streams.join(bytes, bytes));
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void the_same_holds_for_a_shared_message(Form form) {
        Frame.Message message = new Frame.Message(9, Subject.of("a"), Headers.EMPTY, Payload.bytes(new byte[300]));
        SharedMessage shared = new SharedMessage(message);
        byte[] bytes = Streams.of(message, form);
        int body = bytes.length - 4;
        assertThat(out.append(shared, 9, form, body - 1)).isFalse();
        assertThat(held()).isZero();
        assertThat(out.append(shared, 9, form, body)).isTrue();
        assertThat(out.append(shared, 9, form, body - 1)).isFalse();
        assertThat(out.appendedBytes()).isEqualTo(bytes.length);
        out.flush();
        socket.takeAll();
        assertThat(socket.taken()).isEqualTo(bytes);
    }

    @Test
    void a_refused_frame_leaves_nothing_between_its_neighbours() {
        out.append(CANCEL, Form.BINARY, MAX);
        assertThat(out.append(ping(5_000), Form.JSON, 100)).isFalse();
        out.append(CANCEL, Form.JSON, MAX);
        assertThat(out.committedBytes()).isEqualTo((int) out.appendedBytes());
        out.flush();
        socket.takeAll();
        assertThat(socket.taken())
                .isEqualTo(Streams.join(Streams.of(CANCEL, Form.BINARY), Streams.of(CANCEL, Form.JSON)));
    }

    @Test
    void a_refused_frame_alone_holds_no_memory() {
        assertThat(out.append(ping(500_000), Form.BINARY, 1_000)).isFalse();
        assertThat(held()).isZero();
        assertThat(out.appendedBytes()).isZero();
        assertThat(out.committedBytes()).isZero();
    }

    @Test
    void a_frame_that_cannot_be_written_leaves_nothing_behind() {
        Frame bad = new Frame.Ping(1, null);
        out.append(CANCEL, Form.BINARY, MAX);
        assertThatThrownBy(() -> out.append(bad, Form.BINARY, MAX)).isInstanceOf(NullPointerException.class);
        out.append(CANCEL, Form.BINARY, MAX);
        out.flush();
        socket.takeAll();
        byte[] cancel = Streams.of(CANCEL, Form.BINARY);
        assertThat(socket.taken()).isEqualTo(Streams.join(cancel, cancel));
    }

    @Test
    void the_positions_follow_the_socket_byte_by_byte() {
        out.append(CANCEL, Form.BINARY, MAX);
        assertThat(out.appendedBytes()).isEqualTo(CANCEL_BYTES);
        assertThat(out.flushedBytes()).isZero();
        out.append(ping(90), Form.BINARY, MAX); // 100 bytes
        assertThat(out.appendedBytes()).isEqualTo(110);
        out.flush();
        for (int taken = 0; taken < 109; taken++) {
            assertThat(out.flushedBytes()).isEqualTo(taken);
            assertThat(out.committedBytes()).isEqualTo(110 - taken);
            socket.take(1);
        }
        out.append(CANCEL, Form.BINARY, MAX);
        assertThat(out.flushedBytes()).isEqualTo(109);
        assertThat(out.committedBytes()).isEqualTo(11);
        socket.takeAll();
        assertThat(out.flushedBytes()).isEqualTo(110);
        assertThat(out.committedBytes()).isEqualTo(10);
        out.flush();
        socket.take(3);
        assertThat(out.flushedBytes()).isEqualTo(113);
        socket.takeAll();
        assertThat(out.flushedBytes()).isEqualTo(120);
        assertThat(out.committedBytes()).isZero();
    }

    @Test
    void after_a_broken_write_the_position_is_how_far_the_socket_took_it() {
        out.append(ping(90), Form.BINARY, MAX);
        out.flush();
        socket.takeAll();
        out.append(ping(90), Form.BINARY, MAX);
        out.flush();
        out.append(ping(90), Form.BINARY, MAX);
        socket.take(37);
        socket.fail();
        assertThat(out.flushedBytes()).isEqualTo(137);
        assertThat(out.committedBytes()).isEqualTo(163);
        assertThat(written).isEqualTo(2);
        assertThat(socket.writes()).isEqualTo(2); // what waited is not written behind a gap
        out.release();
        assertThat(held()).isZero();
        assertThat(out.flushedBytes()).isEqualTo(137);
    }

    @Test
    void a_write_that_breaks_before_its_first_byte_moves_nothing() {
        out.append(CANCEL, Form.BINARY, MAX);
        out.flush();
        socket.fail();
        assertThat(out.flushedBytes()).isZero();
        assertThat(out.committedBytes()).isEqualTo(CANCEL_BYTES);
    }

    @Test
    void nothing_is_held_while_idle() {
        assertThat(held()).isZero();
        for (int i = 0; i < 3; i++) {
            out.append(ping(100_000), Form.BINARY, MAX);
            out.flush();
            socket.takeAll();
            assertThat(held()).isZero();
        }
    }

    @Test
    void after_a_large_frame_the_next_buffer_is_small_again() {
        out.append(ping(1_000_000), Form.BINARY, MAX);
        out.flush();
        socket.takeAll();
        out.append(CANCEL, Form.BINARY, MAX);
        assertThat(held()).isLessThanOrEqualTo(128 * 1024);
        out.flush();
        socket.takeAll();
        out.append(CANCEL, Form.BINARY, MAX);
        assertThat(held()).isLessThanOrEqualTo(256);
    }

    @Test
    void what_is_appended_after_the_release_is_dropped() {
        out.append(CANCEL, Form.BINARY, MAX);
        out.release();
        assertThat(held()).isZero();
        assertThat(out.append(CANCEL, Form.BINARY, MAX)).isTrue();
        SharedMessage shared = new SharedMessage(new Frame.Message(0, Subject.of("a"), Headers.EMPTY, Payload.EMPTY));
        assertThat(out.append(shared, 1, Form.JSON, MAX)).isTrue();
        out.flush();
        out.release();
        assertThat(socket.writes()).isZero();
        assertThat(held()).isZero();
    }

    @Test
    void a_release_during_a_write_lets_it_end_and_writes_no_more() {
        out.append(CANCEL, Form.BINARY, MAX);
        out.flush();
        out.append(CANCEL, Form.BINARY, MAX);
        out.release();
        socket.takeAll();
        assertThat(socket.writes()).isEqualTo(1);
        assertThat(out.flushedBytes()).isEqualTo(CANCEL_BYTES);
        assertThat(held()).isZero();
    }

    @Test
    void more_may_be_appended_and_flushed_when_a_write_has_ended() {
        whenWritten = () -> {
            if (written < 500) {
                out.append(CANCEL, Form.BINARY, MAX);
                out.flush();
            }
        };
        out.append(CANCEL, Form.BINARY, MAX);
        out.flush();
        while (socket.underWay() > 0) {
            socket.takeAll();
        }
        assertThat(written).isEqualTo(500);
        assertThat(out.flushedBytes()).isEqualTo(500L * CANCEL_BYTES);
    }

    @Test
    void a_shared_message_is_written_as_a_plain_one_of_that_id() {
        RandomFrames random = new RandomFrames(42);
        for (int i = 0; i < 300; i++) {
            Frame.Message message = (Frame.Message) random.next(FrameType.MESSAGE);
            SharedMessage shared = new SharedMessage(message);
            assertThat(shared.message().id()).isZero();
            for (int id : new int[] {message.id(), 0, 1, 9, 10, 4_294_967, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
                Frame plain = new Frame.Message(id, message.subject(), message.headers(), message.payload());
                for (Form form : Form.values()) {
                    socket.forgetTaken();
                    assertThat(out.append(shared, id, form, MAX)).isTrue();
                    out.flush();
                    socket.takeAll();
                    assertThat(socket.taken()).isEqualTo(Streams.of(plain, form));
                }
            }
        }
    }

    /** A batch that has not been told yet how much was taken. */
    private static final class HoldingBatch implements SendBatch {
        private final List<OutboundBuffer> streams = new ArrayList<>();

        @Override
        public boolean add(OutboundBuffer stream) {
            return streams.add(stream);
        }
    }

    @Test
    void what_a_batch_has_sent_never_reaches_the_channel() {
        HoldingBatch batch = new HoldingBatch();
        int[] ended = {0};
        OutboundBuffer batched = new OutboundBuffer(channel, batch, () -> ended[0]++);
        batched.append(CANCEL, Form.BINARY, MAX);
        batched.flush();
        assertThat(batch.streams).containsExactly(batched);
        assertThat(batched.flushedBytes()).isZero();
        batched.append(CANCEL, Form.BINARY, MAX);
        batched.flush(); // one write is under way
        assertThat(batch.streams).hasSize(1);
        batched.sent(CANCEL_BYTES);
        assertThat(ended[0]).isEqualTo(1);
        assertThat(batched.flushedBytes()).isEqualTo(CANCEL_BYTES);
        assertThat(batch.streams).hasSize(2); // what came meanwhile
        batched.sent(CANCEL_BYTES);
        assertThat(batched.flushedBytes()).isEqualTo(2 * CANCEL_BYTES);
        assertThat(socket.writes()).isZero();
    }

    @Test
    void what_a_batch_could_not_send_goes_through_the_channel() {
        HoldingBatch batch = new HoldingBatch();
        OutboundBuffer batched = new OutboundBuffer(channel, batch, () -> {});
        batched.append(CANCEL, Form.BINARY, MAX);
        batched.flush();
        batched.sent(3);
        assertThat(batched.flushedBytes()).isEqualTo(3);
        socket.takeAll();
        assertThat(socket.taken()).hasSize(CANCEL_BYTES - 3);
        assertThat(batched.flushedBytes()).isEqualTo(CANCEL_BYTES);
    }

    @Test
    void a_write_that_a_batch_has_lost_releases_its_bytes_and_goes_no_further() {
        HoldingBatch batch = new HoldingBatch();
        int[] ended = {0};
        OutboundBuffer batched = new OutboundBuffer(channel, batch, () -> ended[0]++);
        batched.append(CANCEL, Form.BINARY, MAX);
        batched.flush();
        batched.lost();
        assertThat(ended[0]).isEqualTo(1);
        assertThat(batched.flushedBytes()).isEqualTo(CANCEL_BYTES); // the peer may have seen it
        assertThat(socket.writes()).isZero();
    }
}
