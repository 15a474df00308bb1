package io.socketgateway.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.codec.FrameCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * A gateway over UDP that does what a test's thread tells it to, and nothing else: a plain blocking socket around the codec.
 * It answers whoever sent last. It closes the clients that it connected, and answers their goodbyes.
 */
public final class ScriptedUdpGateway implements AutoCloseable {
    /** The token of the first session; each further one has the next. */
    public static final long TOKEN = 0xFEDC_BA98_7654_3210L;

    static final String COOKIE = "cookie-1";

    private static final int ENVELOPE_BYTES = 9;

    private DatagramSocket socket;
    private final List<GatewayClient> clients = new ArrayList<>();
    private final Queue<Frame> unread = new ArrayDeque<>();
    private SocketAddress client = new InetSocketAddress(0);
    private final int listeningOn;
    private int port;
    private long token = TOKEN - 1;

    /** One datagram of the client. */
    public record Datagram(int port, ByteBuf bytes) {
        /** Whether it has the envelope of a session. */
        public boolean isOfSession() {
            return bytes.getByte(0) == 1;
        }

        /** The token in the envelope. */
        public long token() {
            return bytes.getLong(1);
        }

        /** What is in it. */
        public List<Frame> frames() {
            List<Frame> frames = new ArrayList<>();
            ByteBuf in = bytes.duplicate();
            in.skipBytes(isOfSession() ? ENVELOPE_BYTES : 0);
            while (in.isReadable()) {
                frames.add(Objects.requireNonNull(FrameCodec.decode(in, in.readInt(), Side.CLIENT, Carrier.DATAGRAM)));
            }
            return frames;
        }
    }

    /** A gateway on a free port. */
    public ScriptedUdpGateway() {
        socket = open(0);
        listeningOn = socket.getLocalPort();
    }

    private static DatagramSocket open(int port) {
        try {
            DatagramSocket socket = new DatagramSocket(port, InetAddress.getByName("127.0.0.1"));
            socket.setSoTimeout(ScriptedGateway.PATIENCE_MILLIS);
            socket.setReceiveBufferSize(1 << 22);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Listens no more for a while. */
    void rest() {
        socket.close();
    }

    /** Listens again. */
    void wakeUp() {
        socket = open(listeningOn);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    String url() {
        return "udp://127.0.0.1:" + listeningOn;
    }

    /** The port that the latest datagram came from. */
    public int clientPort() {
        return port;
    }

    /** The token of the latest session. */
    public long token() {
        return token;
    }

    /** A client of this gateway alone, welcomed. */
    GatewayClient connect(GatewayClientBuilder builder) {
        CompletableFuture<GatewayClient> connecting = builder.url(url()).connectAsync();
        welcome();
        return closing(connecting.join());
    }

    GatewayClient connect() {
        return connect(GatewayClient.builder());
    }

    /** Closes that client too. */
    GatewayClient closing(GatewayClient opened) {
        clients.add(opened);
        return opened;
    }

    /** Asks for the cookie, then answers HELLO with a plain WELCOME. */
    public Frame.Hello welcome() {
        return welcome(30, 8192);
    }

    Frame.Hello welcome(long keepAliveSeconds, long maxFrameBytes) {
        Frame.Hello first = expectHello();
        assertThat(first.cookie()).isNull();
        sendOutside(new Frame.Challenge(first.id(), COOKIE));
        Frame.Hello second = expectHello();
        assertThat(second.cookie()).isEqualTo(COOKIE);
        assertThat(second.id()).isEqualTo(first.id());
        token++;
        sendWelcome(second, keepAliveSeconds, maxFrameBytes);
        return second;
    }

    /** Opens one more session for a HELLO, without a cookie. */
    void sendNextWelcome(Frame.Hello hello) {
        token++;
        sendWelcome(hello, 30, 8192);
    }

    void sendWelcome(Frame.Hello hello, long keepAliveSeconds, long maxFrameBytes) {
        sendOutside(welcomeOf(hello, String.format("%016x", token), keepAliveSeconds, maxFrameBytes));
    }

    static Frame.Welcome welcomeOf(Frame.Hello hello, String token, long keepAliveSeconds, long maxFrameBytes) {
        return new Frame.Welcome(
                hello.id(),
                1,
                "session-" + token,
                hello.clientId() == null ? "client-1" : hello.clientId(),
                token,
                "secret",
                false,
                keepAliveSeconds,
                maxFrameBytes,
                new Frame.SessionLimits(1024, 1000, 256),
                "node-1");
    }

    /** The next datagram, whatever it is. */
    public Datagram receive() {
        try {
            DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
            socket.receive(packet);
            client = packet.getSocketAddress();
            port = packet.getPort();
            return new Datagram(port, Unpooled.wrappedBuffer(packet.getData(), 0, packet.getLength()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next frame, which is a HELLO alone in its datagram. */
    public Frame.Hello expectHello() {
        Datagram datagram = receive();
        assertThat(datagram.isOfSession()).isFalse();
        assertThat(datagram.bytes().readableBytes()).isGreaterThanOrEqualTo(64);
        assertThat(datagram.frames()).hasOnlyElementsOfType(Frame.Hello.class).hasSize(1);
        return (Frame.Hello) datagram.frames().get(0);
    }

    /** The next frame of the session. */
    public Frame next() {
        if (unread.isEmpty()) {
            Datagram datagram = receive();
            assertThat(datagram.isOfSession()).isTrue();
            assertThat(datagram.token()).isEqualTo(token);
            unread.addAll(datagram.frames());
        }
        return unread.remove();
    }

    /** The next frame of the session, which is one of that type. */
    public <T extends Frame> T expect(Class<T> type) {
        Frame frame = next();
        assertThat(frame).isInstanceOf(type);
        return type.cast(frame);
    }

    /** Answers a SUBSCRIBE with its confirmation, and tells its id. */
    int confirm(Class<? extends Frame> type) {
        int id = expect(type).id();
        respond(id, Payload.EMPTY);
        return id;
    }

    void respond(int id, Payload payload) {
        send(response(id, payload));
    }

    /** A single answer. */
    public static Frame.Response response(int id, Payload payload) {
        return new Frame.Response(id, false, Headers.EMPTY, payload);
    }

    void pong(Frame.Ping ping) {
        send(new Frame.Pong(ping.id(), ping.payload()));
    }

    /** Comes back when the client has handled all that was sent before, and has sent nothing but a PING meanwhile. */
    void pingPong(GatewayClient of) {
        CompletableFuture<?> pong = of.ping();
        pong(expect(Frame.Ping.class));
        Futures.soon(pong);
    }

    /** Sends frames of the session, in one datagram. */
    public void send(Frame... frames) {
        sendWith(token, frames);
    }

    /** Sends frames with another token. */
    public void sendWith(long anyToken, Frame... frames) {
        sendBytes(datagram(anyToken, frames));
    }

    /** A datagram of a session. */
    public static byte[] datagram(long anyToken, Frame... frames) {
        return bytesOf(Unpooled.buffer().writeByte(1).writeLong(anyToken), frames);
    }

    /** Sends frames outside a session. */
    public void sendOutside(Frame... frames) {
        sendBytes(bytesOf(Unpooled.buffer(), frames));
    }

    /** Says what a gateway says to a token that it does not know. */
    public void sendUnknown() {
        sendOutside(Frame.Error.of(0, ErrorCode.UNAUTHENTICATED, "unknown token"));
    }

    private static byte[] bytesOf(ByteBuf buffer, Frame... frames) {
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

    /** Sends any datagram to whoever sent last. */
    public void sendBytes(byte... bytes) {
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, client));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (!clients.isEmpty()) {
            send(Frame.Error.of(0, ErrorCode.UNAVAILABLE, "the test is over")); // nothing is under way any more
            CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> clients.forEach(GatewayClient::close));
            closing.whenComplete((nothing, fault) -> socket.close());
            answerGoodbyes();
            Futures.soon(closing);
        }
        socket.close();
    }

    private void answerGoodbyes() {
        try {
            while (true) {
                Datagram datagram = receive();
                for (Frame frame : datagram.isOfSession() ? datagram.frames() : List.<Frame>of()) {
                    if (frame instanceof Frame.GoAway) {
                        sendWith(datagram.token(), frame);
                    } else if (frame instanceof Frame.Unsubscribe) {
                        sendWith(datagram.token(), response(frame.id(), Payload.EMPTY));
                    }
                }
            }
        } catch (UncheckedIOException e) {
            assertThat(e).isNotNull(); // all are closed
        }
    }
}
