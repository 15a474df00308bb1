package io.socketgateway.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.codec.FrameCodec;
import io.socketgateway.protocol.netty.FrameDecoder;
import io.socketgateway.protocol.netty.FrameReceiver;
import io.socketgateway.protocol.netty.OutboundBuffer;
import io.socketgateway.protocol.netty.SendBatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** An echo without a gateway between: the decoder, a RESPONSE for each REQUEST, one write for each read. Per message. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {LoopThreads.EXECUTOR, LoopThreads.EXECUTOR_CLASS})
@Warmup(iterations = 3, time = 600, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 600, timeUnit = TimeUnit.MILLISECONDS)
public class StreamBenchmark {
    private static final int FRAMES = 64;
    private static final int MAX_FRAME_BYTES = 1 << 20;

    /** Bytes of payload. */
    @Param({"128", "1024"})
    public int payload;

    private ByteBuf received;
    private EmbeddedChannel channel;
    private OutboundBuffer outbound;

    private final class Echo implements FrameReceiver {
        @Override
        public void received(Frame frame) {
            Frame.Request request = (Frame.Request) frame;
            outbound.append(
                    new Frame.Response(request.id(), false, request.headers(), request.payload()),
                    Form.BINARY,
                    MAX_FRAME_BYTES);
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

    /** Makes what one read brings. */
    @Setup
    public void fill() {
        received = Unpooled.directBuffer();
        for (int i = 1; i <= FRAMES; i++) {
            int start = received.writerIndex();
            received.writeInt(0);
            Frame request = new Frame.Request(
                    i,
                    Subject.of("gateway.echo"),
                    Frame.ABSENT,
                    Frame.ABSENT,
                    Headers.EMPTY,
                    Payload.bytes(new byte[payload]));
            FrameCodec.encode(request, Form.BINARY, received);
            received.setInt(start, received.writerIndex() - start - Integer.BYTES);
        }
        channel = new EmbeddedChannel(new FrameDecoder(Side.CLIENT, MAX_FRAME_BYTES, new Echo()));
        outbound = new OutboundBuffer(channel, SendBatch.NONE, () -> {});
    }

    /** Gives the buffers back. */
    @TearDown
    public void release() {
        received.release();
        outbound.release();
        channel.finishAndReleaseAll();
    }

    /** Sixty-four frames in one read. */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public int echo() {
        received.readerIndex(0);
        channel.writeInbound(received.retain());
        outbound.flush();
        ByteBuf written = channel.readOutbound();
        int bytes = written.readableBytes();
        written.release();
        return bytes;
    }
}
