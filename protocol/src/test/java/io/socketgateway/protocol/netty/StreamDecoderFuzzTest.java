package io.socketgateway.protocol.netty;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Side;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

class StreamDecoderFuzzTest {
    private static final int LIMIT = 300;

    /** The first byte chooses who sends and how the stream is cut; the rest is the stream. */
    @FuzzTest
    void a_stream_means_the_same_however_it_is_cut(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] stream = Arrays.copyOfRange(input, 1, input.length);
        Side sender = (input[0] & 1) == 0 ? Side.CLIENT : Side.GATEWAY;
        List<String> whole = read(stream, sender, stream.length + 1, new SplittableRandom(0));
        List<String> cut = read(stream, sender, 1 + (input[0] & 0xFF) / 8, new SplittableRandom(input[0]));
        if (!whole.equals(cut)) {
            throw new AssertionError("whole: " + whole + "\n  cut: " + cut);
        }
    }

    private static List<String> read(byte[] stream, Side sender, int mostBytes, SplittableRandom random) {
        FrameRecorder recorder = new FrameRecorder();
        FrameDecoder decoder = new FrameDecoder(sender, LIMIT, recorder);
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        channel.config().setAllocator(allocator);
        List<String> told = new ArrayList<>();
        try {
            for (int start = 0; start < stream.length; ) {
                int length = Math.min(stream.length - start, mostBytes == 1 ? 1 : 1 + random.nextInt(mostBytes));
                if (mostBytes > stream.length) {
                    length = stream.length;
                }
                ByteBuf in = Unpooled.buffer(length).writeBytes(stream, start, length);
                channel.writeInbound(in);
                start += length;
                require(in.refCnt() == 0, "what was read is released");
                long kept =
                        allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
                require(kept <= 64 + 2L * Math.min(start, LIMIT + 4), "no more is kept than came");
                require(decoder.unfinishedBytes() < LIMIT + 4, "a whole frame is not unfinished");
            }
            told.add(decoder.form() + " " + decoder.unfinishedBytes());
        } finally {
            channel.finishAndReleaseAll();
        }
        require(allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory() == 0, "nothing is left");
        for (Object event : recorder.events()) {
            told.add(
                    event instanceof ProtocolException fault
                            ? fault.code() + " " + fault.message() + " " + fault.frameType() + " " + fault.frameId()
                            : ((Frame) event).type() + " " + event + " " + event.hashCode());
        }
        return told;
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new AssertionError("not so: " + rule);
        }
    }
}
