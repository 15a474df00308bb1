package io.socketgateway.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;

/** Stands where the socket is: takes as many bytes as it is told, and ends or breaks a write when it is told. */
final class ScriptedSocket extends ChannelOutboundHandlerAdapter {
    private record Write(ByteBuf bytes, ChannelPromise promise) {}

    private final Queue<Write> waiting = new ArrayDeque<>();
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private int writes;
    private int flushes;

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        writes++;
        waiting.add(new Write((ByteBuf) message, promise));
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        flushes++;
    }

    int writes() {
        return writes;
    }

    int flushes() {
        return flushes;
    }

    /** How many writes have not ended. */
    int underWay() {
        return waiting.size();
    }

    byte[] taken() {
        return taken.toByteArray();
    }

    void forgetTaken() {
        taken.reset();
    }

    /** Takes so many bytes, fewer than there are, as a full socket does. */
    void take(int bytes) {
        byte[] part = new byte[bytes];
        waiting.element().bytes().readBytes(part);
        taken.writeBytes(part);
    }

    /** Takes the rest of the write and ends it; as Netty does, without a move of the reader index. */
    void takeAll() {
        Write write = waiting.remove();
        byte[] rest = new byte[write.bytes().readableBytes()];
        write.bytes().getBytes(write.bytes().readerIndex(), rest);
        taken.writeBytes(rest);
        write.bytes().release();
        write.promise().setSuccess();
    }

    /** The connection breaks. */
    void fail() {
        Write write = waiting.remove();
        write.bytes().release();
        write.promise().setFailure(new IOException("reset"));
    }
}
