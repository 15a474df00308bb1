package io.socketgateway.protocol.netty;

import static io.socketgateway.protocol.netty.Streams.hex;
import static io.socketgateway.protocol.netty.Streams.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.codec.SharedMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DatagramBufferTest {
    private static final long TOKEN = 0x9F4C1D20B7A35E86L;
    private static final byte[] ENVELOPE = hex("01 9F4C1D20B7A35E86");
    private static final int MOST = 1_200;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final List<byte[]> sent = new ArrayList<>();
    private final DatagramBuffer buffer = new DatagramBuffer(allocator, this::take);

    private void take(ByteBuf datagram) {
        byte[] bytes = new byte[datagram.readableBytes()];
        datagram.readBytes(bytes).release();
        sent.add(bytes);
    }

    private static Frame ping(int id, int payloadBytes) {
        return new Frame.Ping(id, Payload.bytes(new byte[payloadBytes]));
    }

    private static byte[] bytes(Frame... frames) {
        return Streams.of(List.of(frames), Form.BINARY);
    }

    @AfterEach
    void nothing_is_kept_without_need() {
        buffer.release();
        assertThat(allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory())
                .isZero();
    }

    @Test
    void frames_outside_a_session_stand_as_they_are() {
        assertThat(buffer.append(ping(1, 3), Form.BINARY, MOST)).isTrue();
        assertThat(buffer.append(ping(2, 0), Form.JSON, MOST)).isTrue();
        assertThat(sent).isEmpty();
        buffer.flush();
        assertThat(sent).containsExactly(join(bytes(ping(1, 3)), Streams.of(ping(2, 0), Form.JSON)));
    }

    @Test
    void frames_of_a_session_stand_behind_its_token() {
        buffer.token(TOKEN);
        buffer.append(ping(1, 3), Form.BINARY, MOST);
        buffer.flush();
        buffer.append(ping(2, 0), Form.BINARY, MOST);
        buffer.flush();
        assertThat(sent).containsExactly(join(ENVELOPE, bytes(ping(1, 3))), join(ENVELOPE, bytes(ping(2, 0))));
    }

    @Test
    void what_waits_when_the_session_begins_goes_without_the_token() {
        buffer.append(ping(1, 0), Form.BINARY, MOST);
        buffer.token(TOKEN);
        assertThat(sent).containsExactly(bytes(ping(1, 0)));
    }

    @Test
    void a_message_for_many_has_the_id_of_each() {
        Frame.Message message = new Frame.Message(0, Subject.of("a"), Headers.EMPTY, Payload.text("x"));
        SharedMessage shared = new SharedMessage(message);
        buffer.append(shared, 7, Form.BINARY, MOST);
        buffer.append(shared, 8, Form.JSON, MOST);
        buffer.flush();
        assertThat(sent)
                .containsExactly(join(
                        Streams.of(
                                new Frame.Message(7, Subject.of("a"), Headers.EMPTY, Payload.text("x")), Form.BINARY),
                        Streams.of(
                                new Frame.Message(8, Subject.of("a"), Headers.EMPTY, Payload.text("x")), Form.JSON)));
    }

    @Test
    void a_frame_that_does_not_fit_any_more_opens_the_next_datagram() {
        buffer.token(TOKEN);
        buffer.append(ping(1, 500), Form.BINARY, MOST);
        buffer.append(ping(2, 661), Form.BINARY, MOST); // 9 + 510 + 671 = 1,190
        assertThat(sent).isEmpty();
        buffer.append(ping(3, 1), Form.BINARY, MOST);
        assertThat(sent).containsExactly(join(ENVELOPE, bytes(ping(1, 500), ping(2, 661))));
        assertThat(buffer.waitingBytes()).isEqualTo(9 + 11);
        buffer.flush();
        assertThat(sent).last().isEqualTo(join(ENVELOPE, bytes(ping(3, 1))));
    }

    @Test
    void a_datagram_may_be_exactly_as_long_as_allowed() {
        buffer.token(TOKEN);
        buffer.append(ping(1, 500), Form.BINARY, MOST);
        buffer.append(ping(2, 671), Form.BINARY, MOST);
        buffer.flush();
        assertThat(sent)
                .singleElement()
                .satisfies(datagram -> assertThat(datagram).hasSize(MOST));
        assertThat(buffer.append(ping(3, MOST - 9 - 10), Form.BINARY, MOST)).isTrue();
        buffer.flush();
        assertThat(sent).last().satisfies(datagram -> assertThat(datagram).hasSize(MOST));
    }

    @Test
    void a_frame_too_long_for_any_datagram_is_refused_and_disturbs_none() {
        buffer.token(TOKEN);
        assertThat(buffer.append(ping(1, MOST - 9 - 9), Form.BINARY, MOST)).isFalse();
        assertThat(buffer.waitingBytes()).isZero();
        buffer.append(ping(2, 0), Form.BINARY, MOST);
        assertThat(buffer.append(ping(3, 100_000), Form.BINARY, MOST)).isFalse();
        buffer.append(ping(4, 0), Form.BINARY, MOST);
        buffer.flush();
        assertThat(sent).containsExactly(join(ENVELOPE, bytes(ping(2, 0), ping(4, 0))));
    }

    @Test
    void outside_a_session_there_is_room_for_nine_bytes_more() {
        assertThat(buffer.append(ping(1, MOST - 10), Form.BINARY, MOST)).isTrue();
        buffer.flush();
        assertThat(buffer.append(ping(1, MOST - 9), Form.BINARY, MOST)).isFalse();
    }

    @Test
    void what_is_refused_holds_no_memory() {
        buffer.append(ping(1, MOST), Form.BINARY, MOST);
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void what_is_far_too_long_makes_no_buffer_grow() {
        buffer.append(ping(1, 3), Form.BINARY, MOST);
        long before = allocator.metric().usedDirectMemory();
        byte[] large = new byte[1_000_000];
        SharedMessage message =
                new SharedMessage(new Frame.Message(0, Subject.of("news"), Headers.EMPTY, Payload.bytes(large)));
        for (Form form : Form.values()) {
            assertThat(buffer.append(ping(2, large.length), form, MOST)).isFalse();
            assertThat(buffer.append(message, 7, form, MOST)).isFalse();
        }
        assertThat(allocator.metric().usedDirectMemory()).isEqualTo(before);
        buffer.flush();
        assertThat(sent).containsExactly(bytes(ping(1, 3)));
    }

    @Test
    void many_short_headers_fit_as_far_as_they_are_encoded() {
        String[] pairs = new String[120];
        Arrays.fill(pairs, "");
        for (int i = 0; i < pairs.length; i += 2) {
            pairs[i] = Integer.toString(i, Character.MAX_RADIX);
        }
        Frame asked =
                new Frame.Request(1, Subject.of("a"), Frame.ABSENT, Frame.ABSENT, Headers.of(pairs), Payload.EMPTY);
        int bytes = bytes(asked).length;
        assertThat(buffer.append(asked, Form.BINARY, bytes)).isTrue();
        buffer.flush();
        assertThat(sent).containsExactly(bytes(asked));
    }

    @Test
    void nothing_is_sent_of_nothing() {
        buffer.flush();
        buffer.token(TOKEN);
        buffer.flush();
        assertThat(sent).isEmpty();
    }

    @Test
    void what_is_given_up_is_not_sent() {
        buffer.append(ping(1, 0), Form.BINARY, MOST);
        buffer.release();
        buffer.flush();
        assertThat(sent).isEmpty();
        buffer.append(ping(2, 0), Form.BINARY, MOST);
        buffer.flush();
        assertThat(sent).containsExactly(bytes(ping(2, 0)));
    }
}
