package io.socketgateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PayloadTest {
    @Test
    void each_factory_tells_its_content() {
        assertThat(Payload.bytes(new byte[] {1}).content()).isEqualTo(Content.BYTES);
        assertThat(Payload.text("x").content()).isEqualTo(Content.TEXT);
        assertThat(Payload.json("{}").content()).isEqualTo(Content.JSON);
        assertThat(Payload.cbor(new byte[] {1}).content()).isEqualTo(Content.CBOR);
        assertThat(Payload.EMPTY.content()).isEqualTo(Content.BYTES);
    }

    @Test
    void a_change_of_the_array_given_does_not_reach_a_copy() {
        byte[] bytes = {1, 2};
        Payload payload = Payload.bytes(bytes);
        Payload cbor = Payload.cbor(bytes);
        bytes[0] = 9;
        assertThat(payload.toByteArray()).containsExactly(1, 2);
        assertThat(cbor.toByteArray()).containsExactly(1, 2);
    }

    @Test
    void a_change_of_the_array_handed_out_does_not_reach_the_payload() {
        Payload payload = Payload.bytes(new byte[] {1, 2});
        payload.toByteArray()[0] = 9;
        assertThat(payload.toByteArray()).containsExactly(1, 2);
    }

    @Test
    void the_view_is_read_only() {
        ByteBuffer view = Payload.bytes(new byte[] {1, 2}).asReadOnlyBuffer();
        assertThat(view.hasArray()).isFalse();
        assertThatThrownBy(() -> view.put(0, (byte) 9)).isInstanceOf(ReadOnlyBufferException.class);
        assertThat(view.remaining()).isEqualTo(2);
    }

    @Test
    void two_views_have_their_own_positions() {
        Payload payload = Payload.bytes(new byte[] {1, 2});
        payload.asReadOnlyBuffer().get();
        assertThat(payload.asReadOnlyBuffer().remaining()).isEqualTo(2);
    }

    @Test
    void copying_needs_room_for_all_bytes() {
        Payload payload = Payload.bytes(new byte[] {1, 2});
        ByteBuffer target = ByteBuffer.allocate(3);
        payload.copyTo(target);
        assertThat(target.position()).isEqualTo(2);
        assertThat(target.array()).containsExactly(1, 2, 0);
        assertThatThrownBy(() -> payload.copyTo(ByteBuffer.allocate(1))).isInstanceOf(BufferOverflowException.class);
    }

    @Test
    void payloads_are_equal_by_content_and_bytes() {
        Payload payload = Payload.text("x");
        assertThat(payload).isEqualTo(Payload.text("x")).hasSameHashCodeAs(Payload.text("x"));
        assertThat(payload).isNotEqualTo(Payload.text("y")).isNotEqualTo(Payload.json("x"));
        assertThat(payload).isNotEqualTo("x");
    }

    @Test
    void no_bytes_are_the_empty_payload_but_keep_what_they_claim() {
        assertThat(Payload.bytes(new byte[0])).isSameAs(Payload.EMPTY);
        assertThat(Payload.EMPTY.isEmpty()).isTrue();
        assertThat(Payload.text("").isEmpty()).isTrue();
        assertThat(Payload.text("")).isNotEqualTo(Payload.EMPTY);
        assertThat(Payload.text("").content()).isEqualTo(Content.TEXT);
    }

    @Test
    void text_is_utf8_and_what_is_not_becomes_a_replacement() {
        assertThat(Payload.text("é€😀").toByteArray()).isEqualTo("é€😀".getBytes(StandardCharsets.UTF_8));
        assertThat(Payload.text("é€😀").text()).isEqualTo("é€😀");
        assertThat(Payload.bytes(new byte[] {'a', (byte) 0xFF}).text()).isEqualTo("a\uFFFD");
    }

    @Test
    void the_string_shows_size_and_content_and_never_the_bytes() {
        assertThat(Payload.text("secret")).hasToString("TEXT[6]");
    }

    @Test
    void the_content_flags_are_those_of_the_wire() {
        assertThat(Content.BYTES.flag()).isZero();
        assertThat(Content.JSON.flag()).isEqualTo(0x02);
        assertThat(Content.TEXT.flag()).isEqualTo(0x04);
        assertThat(Content.CBOR.flag()).isEqualTo(0x06);
        for (int flags = 0; flags < 256; flags++) {
            assertThat(Content.ofFlags(flags).flag()).isEqualTo(flags & 0x06);
        }
    }
}
