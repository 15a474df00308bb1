package io.socketgateway.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.RandomFrames;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A hundred thousand frames of each type, through both forms. */
class RandomRoundTripTest {
    private static final int FRAMES = 100_000;

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void a_hundred_thousand_random_frames_survive_both_forms(FrameType type) {
        RandomFrames frames = new RandomFrames(20_260_101L + type.code());
        ByteBuf buffer = Unpooled.buffer(4096);
        try {
            for (int i = 0; i < FRAMES; i++) {
                Frame frame = frames.next(type);
                for (Form form : Form.values()) {
                    buffer.clear();
                    FrameCodec.encode(frame, form, buffer);
                    int length = buffer.readableBytes();
                    Frame read = FrameCodec.decode(buffer, length, RandomFrames.senderOf(type), Carrier.DATAGRAM);
                    if (!frame.equals(read)
                            || buffer.isReadable()) { // an assertion each would cost more than the codec
                        assertThat(read).as("frame %d as %s", i, form).isEqualTo(frame);
                        assertThat(buffer.readableBytes()).isZero();
                    }
                }
            }
        } finally {
            buffer.release();
        }
    }
}
