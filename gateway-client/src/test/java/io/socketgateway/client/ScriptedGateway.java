package io.socketgateway.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.codec.FrameCodec;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A gateway that does what a test's thread tells it to, and nothing else: plain blocking sockets around the codec. It
 * closes the clients that it connected, after its sockets.
 */
final class ScriptedGateway implements AutoCloseable {
    /** How long the script waits for what the client should do. */
    static final int PATIENCE_MILLIS = 10_000;

    private final ServerSocket server;
    private final List<Peer> peers = new ArrayList<>();
    private final List<GatewayClient> clients = new ArrayList<>();

    ScriptedGateway() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            server.setSoTimeout(PATIENCE_MILLIS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "tcp://127.0.0.1:" + server.getLocalPort();
    }

    /** A client of this gateway alone, welcomed. */
    GatewayClient connect(GatewayClientBuilder builder) {
        CompletableFuture<GatewayClient> connecting = builder.url(url()).connectAsync();
        accept().welcome();
        return closing(connecting.join());
    }

    GatewayClient connect() {
        return connect(GatewayClient.builder());
    }

    /** Closes that client too. */
    GatewayClient closing(GatewayClient client) {
        clients.add(client);
        return client;
    }

    /** The next connection. */
    Peer accept() {
        try {
            Peer peer = new Peer(server.accept());
            peers.add(peer);
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The connection accepted last. */
    Peer peer() {
        return peers.get(peers.size() - 1);
    }

    /** Refuses connections from now on; those that stand go on. */
    void stopListening() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stopListening();
        peers.forEach(Peer::close);
        clients.forEach(GatewayClient::close);
    }

    /** The gateway's end of one connection. */
    static final class Peer {
        static final String SESSION_ID = "session-1";
        static final String RESUME = "secret-1";

        private final Socket socket;
        private final DataInputStream in;
        private final OutputStream out;

        private Peer(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            in = new DataInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        /** Answers HELLO with a plain WELCOME. */
        Frame.Hello welcome() {
            return welcome(30, 1 << 20, 1024, RESUME);
        }

        Frame.Hello welcome(long keepAliveSeconds, long maxFrameBytes, long requests, String resume) {
            Frame.Hello hello = expect(Frame.Hello.class);
            String clientId = hello.clientId() == null ? "client-1" : hello.clientId();
            send(new Frame.Welcome(
                    hello.id(),
                    1,
                    SESSION_ID,
                    clientId,
                    null,
                    resume,
                    false,
                    keepAliveSeconds,
                    maxFrameBytes,
                    new Frame.SessionLimits(requests, 1000, 256),
                    "node-1"));
            return hello;
        }

        /** The next frame; an error if none comes. */
        Frame next() {
            try {
                byte[] body = new byte[in.readInt()];
                in.readFully(body);
                Frame frame = FrameCodec.decode(Unpooled.wrappedBuffer(body), body.length, Side.CLIENT, Carrier.STREAM);
                return java.util.Objects.requireNonNull(frame);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The next frame, which is one of that type. */
        <T extends Frame> T expect(Class<T> type) {
            Frame frame = next();
            assertThat(frame).isInstanceOf(type);
            return type.cast(frame);
        }

        /** Answers a SUBSCRIBE or SERVE with its confirmation, and tells its id. */
        int confirm(Class<? extends Frame> type) {
            int id = expect(type).id();
            respond(id, Payload.EMPTY);
            return id;
        }

        void respond(int id, Payload payload) {
            send(new Frame.Response(id, false, Headers.EMPTY, payload));
        }

        void respondMore(int id, Payload payload) {
            send(new Frame.Response(id, true, Headers.EMPTY, payload));
        }

        void send(Frame... frames) {
            sendBytes(bytesOf(frames));
        }

        void sendBytes(byte... bytes) {
            try {
                out.write(bytes);
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Sends each byte by itself. */
        void sendSlowly(Frame... frames) {
            for (byte one : bytesOf(frames)) {
                sendBytes(one);
            }
        }

        /** Sends so many bytes of a frame and no more. */
        void sendBeginning(int bytes, Frame frame) {
            sendBytes(Arrays.copyOf(bytesOf(frame), bytes));
        }

        private static byte[] bytesOf(Frame... frames) {
            ByteBuf buffer = Unpooled.buffer();
            for (Frame frame : frames) {
                int start = buffer.writerIndex();
                buffer.writeInt(0);
                FrameCodec.encode(frame, Form.BINARY, buffer);
                buffer.setInt(start, buffer.writerIndex() - start - Integer.BYTES);
            }
            byte[] bytes = new byte[buffer.readableBytes()];
            buffer.readBytes(bytes).release();
            return bytes;
        }

        /** The client has closed, having sent nothing more. */
        void expectEnd() {
            try {
                assertThat(in.read()).isEqualTo(-1);
            } catch (EOFException | SocketException e) {
                assertThat(e).isNotNull(); // a reset is an end too
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Breaks the connection. */
        void reset() {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
