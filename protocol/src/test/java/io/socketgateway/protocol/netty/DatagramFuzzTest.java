package io.socketgateway.protocol.netty;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Side;
import java.util.ArrayList;
import java.util.List;

class DatagramFuzzTest {
    /** Any bytes from either side are malformed as a whole, or frames that mean the same when they are packed again. */
    @FuzzTest
    void any_datagram_is_frames_or_a_fault(byte[] datagram) {
        for (Side sender : Side.values()) {
            List<Object> items = read(datagram, sender);
            if (items != null) {
                boolean inSession = datagram[0] == DatagramFrames.SESSION;
                for (int mostBytes : new int[] {DatagramFrames.MOST_BYTES, 1_200, 64}) {
                    packAgain(items, inSession, sender, mostBytes);
                }
            }
        }
    }

    /** Frames, and the faults of those that broke a rule; null if all is malformed. */
    private static List<Object> read(byte[] datagram, Side sender) {
        ByteBuf in = Unpooled.buffer(datagram.length + 2).writeByte(0x01).writeBytes(datagram);
        try {
            in.skipBytes(1);
            DatagramFrames.Kind kind = DatagramFrames.kind(in);
            if (kind == DatagramFrames.Kind.SESSION) {
                DatagramFrames.token(in);
            }
            require(in.readerIndex() == 1, "looking moves nothing");
            DatagramFrames frames;
            try {
                frames = DatagramFrames.read(in, sender);
            } catch (ProtocolException e) {
                require(
                        e.frameType() == null && e.code() == ErrorCode.MALFORMED,
                        "a malformed datagram is a fault of its own");
                return null;
            }
            require(kind != DatagramFrames.Kind.UNKNOWN && !in.isReadable(), "it is read to its end");
            FrameRecorder recorder = new FrameRecorder();
            frames.handOver(recorder);
            require(recorder.events().size() == frames.size(), "all is handed over");
            for (int i = 0; i < frames.size(); i++) {
                require(frames.contains(frames.type(i)), "it contains its types");
            }
            return recorder.events();
        } finally {
            in.release();
        }
    }

    private static void packAgain(List<Object> items, boolean inSession, Side sender, int mostBytes) {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
        List<Object> packed = new ArrayList<>();
        List<Object> again = new ArrayList<>();
        DatagramBuffer buffer = new DatagramBuffer(allocator, datagram -> {
            require(datagram.readableBytes() <= mostBytes, "no datagram is over its limit");
            byte[] bytes = new byte[datagram.readableBytes()];
            datagram.readBytes(bytes).release();
            again.addAll(read(bytes, sender));
        });
        if (inSession) {
            buffer.token(0xFEDCBA9876543210L);
        }
        for (Object item : items) {
            if (item instanceof Frame frame && buffer.append(frame, Form.BINARY, mostBytes)) {
                packed.add(frame);
            }
        }
        require(mostBytes < DatagramFrames.MOST_BYTES || packed.size() == count(items), "all of it fits again");
        buffer.flush();
        require(packed.equals(again), "what was packed reads the same");
        buffer.release();
        require(allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory() == 0, "nothing is left");
    }

    private static long count(List<Object> items) {
        return items.stream().filter(Frame.class::isInstance).count();
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new AssertionError("not so: " + rule);
        }
    }
}
