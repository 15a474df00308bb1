package io.socketgateway.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.codec.FrameCodec;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One body to a frame, and one frame to a body, of text. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {LoopThreads.EXECUTOR, LoopThreads.EXECUTOR_CLASS})
@Warmup(iterations = 3, time = 600, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 600, timeUnit = TimeUnit.MILLISECONDS)
public class CodecBenchmark {
    /** The form of the body. */
    @Param
    public Form form = Form.BINARY;

    /** Bytes of payload. */
    @Param({"128", "1024", "16384"})
    public int payload;

    private Frame request;
    private Frame response;
    private ByteBuf requestBody;
    private ByteBuf responseBody;
    private ByteBuf out;

    /** Makes the frames and their bodies. */
    @Setup
    public void encodeBoth() {
        Payload text = Payload.text("x".repeat(payload));
        request = new Frame.Request(7, Subject.of("gateway.echo"), Frame.ABSENT, Frame.ABSENT, Headers.EMPTY, text);
        response = new Frame.Response(7, false, Headers.EMPTY, text);
        requestBody = body(request);
        responseBody = body(response);
        out = Unpooled.directBuffer(2 * payload + 256);
    }

    private ByteBuf body(Frame frame) {
        ByteBuf body = Unpooled.directBuffer(2 * payload + 256);
        FrameCodec.encode(frame, form, body);
        return body;
    }

    /** Gives the buffers back. */
    @TearDown
    public void release() {
        requestBody.release();
        responseBody.release();
        out.release();
    }

    /** What a gateway reads. */
    @Benchmark
    public @Nullable Frame decodeRequest() {
        return decode(requestBody, Side.CLIENT);
    }

    /** What a gateway reads from its workers. */
    @Benchmark
    public @Nullable Frame decodeResponse() {
        return decode(responseBody, Side.CLIENT);
    }

    private static @Nullable Frame decode(ByteBuf body, Side sender) {
        body.readerIndex(0);
        return FrameCodec.decode(body, body.readableBytes(), sender, Carrier.STREAM);
    }

    /** What a gateway writes to its workers. */
    @Benchmark
    public ByteBuf encodeRequest() {
        return encode(request);
    }

    /** What a gateway writes. */
    @Benchmark
    public ByteBuf encodeResponse() {
        return encode(response);
    }

    private ByteBuf encode(Frame frame) {
        out.clear();
        FrameCodec.encode(frame, form, out);
        return out;
    }
}
