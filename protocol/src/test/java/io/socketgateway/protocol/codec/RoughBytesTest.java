package io.socketgateway.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.RandomFrames;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is taken to fit without being encoded does fit. */
class RoughBytesTest {
    private static void isBounded(Frame frame) {
        for (Form form : Form.values()) {
            int length = Bodies.encode(frame, form).length;
            assertThat(length).isLessThanOrEqualTo(6 * FrameCodec.roughBytes(frame));
            assertThat(FrameCodec.fits(frame, form, length)).isTrue();
            assertThat(FrameCodec.fits(frame, form, length + 1)).isTrue();
            assertThat(FrameCodec.fits(frame, form, Integer.MAX_VALUE)).isTrue();
            assertThat(FrameCodec.fits(frame, form, length - 1)).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void the_body_of_any_frame_is_at_most_six_times_the_rough_size(FrameType type) {
        RandomFrames frames = new RandomFrames(21);
        for (int i = 0; i < 300; i++) {
            isBounded(frames.next(type));
        }
    }

    static Stream<Frame> thatGrowMost() {
        String controls = "\u0001".repeat(8_000);
        Subject subject = Subject.of("\"".repeat(255));
        SubjectPattern pattern = SubjectPattern.of("\"".repeat(255));
        String group = "\u0001".repeat(255);
        Headers headers = Headers.of("\"".repeat(100), controls);
        Payload payload = Payload.text(controls.repeat(4));
        return Stream.of(
                new Frame.Hello(-1, 1, controls, null, -1, -1, controls, controls, controls),
                new Frame.GoAway(-1, controls, Frame.MAX_U32),
                new Frame.Welcome(
                        -1,
                        1,
                        controls,
                        controls,
                        controls,
                        controls,
                        false,
                        1,
                        1,
                        new Frame.SessionLimits(1, 1, 1),
                        controls),
                new Frame.Challenge(-1, "\"".repeat(8_000)),
                new Frame.Ping(-1, payload),
                new Frame.Request(-1, subject, 1, 1, headers, payload),
                new Frame.Response(-1, true, headers, payload),
                new Frame.Publish(-1, subject, true, headers, payload),
                new Frame.Message(-1, subject, headers, payload),
                new Frame.Subscribe(-1, pattern, group, true, headers),
                new Frame.Serve(-1, pattern, group, true, headers),
                Frame.Error.of(-1, ErrorCode.FAILED, controls),
                new Frame.Message(1, Subject.of("a"), Headers.EMPTY, Payload.bytes(new byte[100_000])));
    }

    @ParameterizedTest
    @MethodSource("thatGrowMost")
    void so_is_the_body_of_those_that_grow_most(Frame frame) {
        isBounded(frame);
    }
}
