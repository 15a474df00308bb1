package io.socketgateway.client.internal;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * A UDP socket that is connected to one address, and that can be replaced by another one with a new local port. What is
 * written while there is none is lost, as on the way. Belongs to the event loop.
 */
final class UdpSocket {
    private static final int RECEIVE_BUFFER_BYTES = 1 << 20; // a window full of answers

    /** Who is told what happens to it. */
    interface Owner {
        /** It is open: the first one, or one that replaces it. */
        void opened();

        /** A datagram has come, no longer than one byte over what is taken. It is released after this. */
        void received(ByteBuf datagram);

        /** All that came together was handed over. */
        void settled();

        /** A datagram was taken, or was not. */
        void written();

        /** Opening, sending or receiving has failed. */
        void broken(Throwable cause);
    }

    private final Lease lease;
    private final InetSocketAddress address;
    private final int maxDatagramBytes;
    private final Owner owner;
    private @Nullable Channel current;
    private @Nullable Channel opening;
    private long waitingBytes;

    UdpSocket(Lease lease, InetSocketAddress address, int maxDatagramBytes, Owner owner) {
        this.lease = lease;
        this.address = address;
        this.maxDatagramBytes = maxDatagramBytes;
        this.owner = owner;
    }

    /** Opens one; it takes the place of the present one once it is open. */
    void open() {
        if (opening != null) {
            return;
        }
        ChannelFuture connecting = new Bootstrap()
                .group(lease.loop())
                .channelFactory(lease.datagramSockets())
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(maxDatagramBytes + 1))
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
                .handler(new Reader())
                .connect(address);
        Channel fresh = connecting.channel();
        opening = fresh;
        connecting.addListener(connected -> {
            if (opening != fresh) {
                fresh.close();
            } else if (connected.isSuccess()) {
                replaceBy(fresh);
            } else {
                opening = null;
                owner.broken(connected.cause());
            }
        });
    }

    private void replaceBy(Channel fresh) {
        Channel former = current;
        current = fresh;
        opening = null;
        if (former != null) {
            former.close();
        }
        owner.opened();
    }

    /** Where datagrams are made. */
    ByteBufAllocator allocator() {
        return ByteBufAllocator.DEFAULT;
    }

    /** Writes a datagram, which goes out with the next {@link #flush}. */
    void write(ByteBuf datagram) {
        Channel channel = current;
        if (channel == null) {
            datagram.release();
            return;
        }
        int bytes = datagram.readableBytes();
        waitingBytes += bytes;
        channel.write(datagram).addListener(written -> {
            waitingBytes -= bytes;
            if (!written.isSuccess() && channel == current) {
                owner.broken(written.cause());
            }
            owner.written();
        });
    }

    void flush() {
        if (current != null) {
            current.flush();
        }
    }

    /** How many bytes the system has not yet taken. */
    long waitingBytes() {
        return waitingBytes;
    }

    void close() {
        Channel former = current;
        Channel unfinished = opening;
        current = null;
        opening = null;
        if (former != null) {
            former.close();
        }
        if (unfinished != null) {
            unfinished.close();
        }
    }

    private final class Reader extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            DatagramPacket packet = (DatagramPacket) message;
            try {
                if (ctx.channel() == current) {
                    owner.received(packet.content());
                }
            } finally {
                packet.release();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (ctx.channel() == current) {
                owner.settled();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (ctx.channel() == current) {
                current = null;
                owner.broken(new ClosedChannelException());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
            if (ctx.channel() == current) {
                owner.broken(thrown);
            }
        }
    }
}
