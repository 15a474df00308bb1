package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

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
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;

/**
 * A client that knows frames and a datagram socket, nothing else: it repeats nothing and answers nothing by itself, and
 * does whatever a test tells it. What it receives in a session must bear its token; PINGs are put aside. One thread.
 */
final class RawDatagramPeer implements AutoCloseable {
    /** A datagram with HELLO is at least so long. */
    static final int FLOOR_BYTES = 64;

    /** The longest datagram that a gateway sends by default. */
    static final int MOST_SENT_BYTES = 1200;

    /** The longest datagram that there is on IPv4. */
    static final int MOST_BYTES = 65_507;

    /** What comes before a body that is alone in a session's datagram: {@code 0x01}, token, length. */
    static final int OVERHEAD_BYTES = 1 + 8 + 4;

    private static final int PATIENCE_MILLIS = 10_000;
    private static final int BARRIER_ID = 0x7FFF_FFF0;

    private final InetSocketAddress gateway;
    private final DatagramSocket socket;
    private final Queue<Arrival> arrivals = new ArrayDeque<>();
    private final List<Frame.Ping> proofsWanted = new ArrayList<>();
    private Form form;
    private Form answeredIn = Form.BINARY;
    private int mostBytes = MOST_SENT_BYTES;
    private long token;
    private boolean hasToken;
    private long sentBytes;
    private long receivedBytes;
    private int latestBytes;

    /** A frame and the envelope that it came in. */
    private record Arrival(Frame frame, Form form, boolean inSession, int datagramBytes) {}

    private RawDatagramPeer(InetSocketAddress gateway, InetSocketAddress local, Form form) {
        this.gateway = gateway;
        this.form = form;
        try {
            socket = new DatagramSocket(local);
            socket.setReceiveBufferSize(1 << 20);
            socket.setSoTimeout(PATIENCE_MILLIS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A peer on a port of its own that has said nothing yet. */
    static RawDatagramPeer at(InetSocketAddress gateway, Form form) {
        return new RawDatagramPeer(gateway, new InetSocketAddress(gateway.getAddress(), 0), form);
    }

    /** The same with another loopback address and that port. */
    static RawDatagramPeer at(InetSocketAddress gateway, Form form, InetAddress local, int port) {
        return new RawDatagramPeer(gateway, new InetSocketAddress(local, port), form);
    }

    /** The same client on another port: it bears this one's token, and this one goes on listening. */
    RawDatagramPeer elsewhere() {
        RawDatagramPeer moved = new RawDatagramPeer(gateway, new InetSocketAddress(socket.getLocalAddress(), 0), form);
        return moved.bear(token());
    }

    /** Speaks for the session of that token from now on. */
    RawDatagramPeer bear(long newToken) {
        token = newToken;
        hasToken = true;
        return this;
    }

    /** The gateway may send datagrams so long, instead of {@value #MOST_SENT_BYTES} bytes. */
    RawDatagramPeer takes(int datagramBytes) {
        mostBytes = datagramBytes;
        return this;
    }

    // Sending

    /** The form of what is sent from now on. */
    RawDatagramPeer speak(Form newForm) {
        form = newForm;
        return this;
    }

    RawDatagramPeer sendBytes(byte[] datagram) {
        try {
            socket.send(new DatagramPacket(datagram, datagram.length, gateway));
            sentBytes += datagram.length;
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All of them in one datagram of the session. */
    RawDatagramPeer send(Frame... frames) {
        return sendBytes(PeerFrames.inSession(token(), frames(frames)));
    }

    /** All of them in one datagram outside any session. */
    RawDatagramPeer sendOutside(Frame... frames) {
        return sendBytes(frames(frames));
    }

    /** The frames in this peer's form, each behind its length, as a datagram outside a session has them. */
    byte[] frames(Frame... frames) {
        return RawPeer.bytes(form, frames);
    }

    /** A HELLO with so much white space behind it that the datagram with it alone, outside a session, is so long. */
    byte[] padded(Frame.Hello hello, int datagramBytes) {
        byte[] bare = frames(hello);
        byte[] body = Arrays.copyOfRange(bare, 4, Math.max(bare.length, datagramBytes));
        Arrays.fill(body, bare.length - 4, body.length, (byte) ' ');
        return RawPeer.withLength(body);
    }

    /** Says HELLO outside a session, in a datagram that is long enough. */
    RawDatagramPeer sendHello(Frame.Hello hello) {
        return sendBytes(padded(hello, FLOOR_BYTES));
    }

    // Receiving

    private void receiveDatagram() throws IOException {
        byte[] bytes = new byte[MOST_BYTES];
        DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
        socket.receive(packet);
        assertThat(packet.getSocketAddress()).isEqualTo(gateway);
        assertThat(packet.getLength()).as("bytes of a datagram").isLessThanOrEqualTo(mostBytes);
        receivedBytes += packet.getLength();
        ByteBuf datagram = Unpooled.wrappedBuffer(bytes, 0, packet.getLength());
        assertThat(datagram.isReadable()).as("an empty datagram came").isTrue();
        boolean inSession = datagram.getByte(0) != 0;
        if (inSession) {
            assertThat(datagram.readByte()).as("the first byte").isEqualTo((byte) 0x01);
            assertThat(hasToken).as("in a session without having opened one").isTrue();
            assertThat(datagram.readLong()).as("the token").isEqualTo(token);
        }
        do {
            int length = datagram.readInt();
            Form told = FrameCodec.formOf(datagram.getByte(datagram.readerIndex()));
            Frame frame = FrameCodec.decode(datagram, length, Side.GATEWAY, Carrier.DATAGRAM);
            if (frame instanceof Frame.Ping ping) {
                proofsWanted.add(ping);
            } else {
                arrivals.add(new Arrival(frame, told, inSession, packet.getLength()));
            }
        } while (datagram.isReadable());
    }

    /** The next frame, which must have come in the session or not. */
    Frame next(boolean inSession) {
        try {
            while (arrivals.isEmpty()) {
                receiveDatagram();
            }
        } catch (SocketTimeoutException e) {
            return fail("no datagram came");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Arrival arrival = arrivals.remove();
        assertThat(arrival.inSession()).as("in the session: " + arrival.frame()).isEqualTo(inSession);
        answeredIn = arrival.form();
        latestBytes = arrival.datagramBytes();
        return arrival.frame();
    }

    /** The session's next frame; fails if none comes. */
    Frame receive() {
        return next(true);
    }

    /** The session's next frame, which must be of that type. */
    <T extends Frame> T receive(Class<T> type) {
        return as(type, receive());
    }

    /** The next frame, which must have come outside of a session and be of that type. */
    <T extends Frame> T receiveOutside(Class<T> type) {
        return as(type, next(false));
    }

    private static <T extends Frame> T as(Class<T> type, Frame frame) {
        assertThat(frame).isInstanceOf(type);
        return type.cast(frame);
    }

    /** The form that the latest frame came in. */
    Form answeredIn() {
        return answeredIn;
    }

    /** How long the datagram was that the latest frame came in. */
    int latestBytes() {
        return latestBytes;
    }

    Frame.Error expectError(int id, ErrorCode code) {
        return checked(receive(Frame.Error.class), id, code);
    }

    /** An error outside of a session; its message may have been left out to keep it short. */
    Frame.Error expectErrorOutside(int id, ErrorCode code) {
        return checked(receiveOutside(Frame.Error.class), id, code);
    }

    private static Frame.Error checked(Frame.Error error, int id, ErrorCode code) {
        assertThat(error.code()).as(error.message()).isEqualTo(code.code());
        assertThat(error.id()).as(error.message()).isEqualTo(id);
        return error;
    }

    Frame.Response expectResponse(int id) {
        Frame.Response response = receive(Frame.Response.class);
        assertThat(response.id()).isEqualTo(id);
        assertThat(response.more()).isFalse();
        return response;
    }

    /** An empty answer, as CONFIRM gets. */
    RawDatagramPeer expectConfirmed(int id) {
        assertThat(receive()).isEqualTo(new Frame.Response(id, false, Headers.EMPTY, Payload.EMPTY));
        return this;
    }

    RawDatagramPeer expectAck(int id) {
        assertThat(receive()).isEqualTo(new Frame.Ack(id));
        return this;
    }

    /** The text of the answer to that request. */
    String answer(int id) {
        return expectResponse(id).payload().text();
    }

    /** The text of the message that comes next, which must be for that subscription. */
    String message(int id) {
        Frame.Message message = receive(Frame.Message.class);
        assertThat(message.id()).isEqualTo(id);
        return message.payload().text();
    }

    /** Whether a frame has come that was not received yet. Call it after a barrier. */
    boolean hasSomething() {
        takeWhatIsThere();
        return !arrivals.isEmpty();
    }

    private void takeWhatIsThere() {
        try {
            socket.setSoTimeout(1);
            while (true) {
                receiveDatagram();
            }
        } catch (SocketTimeoutException nothingMore) {
            setPatience();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The PINGs that have come: a gateway sends them to have an address proven. */
    List<Frame.Ping> proofsWanted() {
        takeWhatIsThere();
        return List.copyOf(proofsWanted);
    }

    private void setPatience() {
        try {
            socket.setSoTimeout(PATIENCE_MILLIS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** That nothing has come as yet. */
    RawDatagramPeer expectSilence() {
        assertThat(hasSomething()).as(() -> "something came: " + arrivals).isFalse();
        return this;
    }

    /** That the session lives and nothing waits: a PING comes back and nothing before it. */
    RawDatagramPeer expectNothing() {
        send(new Frame.Ping(BARRIER_ID, Payload.EMPTY));
        assertThat(receive()).isEqualTo(new Frame.Pong(BARRIER_ID, Payload.EMPTY));
        return this;
    }

    /** That what this socket has sent was read and not answered: a HELLO is challenged and nothing comes before that. */
    RawDatagramPeer expectNoAnswer() {
        sendHello(Frame.Hello.of(BARRIER_ID));
        assertThat(receiveOutside(Frame.Challenge.class).id()).isEqualTo(BARRIER_ID);
        return this;
    }

    /** That the gateway knows no session of this token. */
    void expectNoSession() {
        send(new Frame.Ping(BARRIER_ID, Payload.text("is anybody there?")));
        expectErrorOutside(0, ErrorCode.UNAUTHENTICATED);
    }

    // Whole exchanges

    /** The cookie for this address. */
    String cookie() {
        sendHello(Frame.Hello.of(BARRIER_ID));
        return receiveOutside(Frame.Challenge.class).cookie();
    }

    /** Opens a session with the ids from 1, by way of the cookie. */
    Frame.Welcome open(String clientId) {
        return openWith(PeerFrames.hello(1, clientId, null));
    }

    /** Opens a session with that HELLO, by way of the cookie. */
    Frame.Welcome openWith(Frame.Hello hello) {
        Frame.Hello proven = PeerFrames.withCookie(hello, cookie());
        sendHello(proven);
        return welcomed(proven.id());
    }

    /** Takes the WELCOME that comes, and its token from now on; it comes outside of the session. */
    Frame.Welcome welcomed(int id) {
        Frame.Welcome welcome = receiveOutside(Frame.Welcome.class);
        assertThat(welcome.id()).isEqualTo(id);
        bear(PeerFrames.tokenOf(welcome));
        return welcome;
    }

    RawDatagramPeer request(int id, String subject, String text) {
        return send(PeerFrames.request(id, subject, text));
    }

    RawDatagramPeer subscribe(int id, String pattern) {
        return send(PeerFrames.subscribe(id, pattern)).expectConfirmed(id);
    }

    RawDatagramPeer respond(int id, String text) {
        return send(new Frame.Response(id, false, Headers.EMPTY, Payload.text(text)));
    }

    /** Takes a request. */
    Frame.Request take() {
        return receive(Frame.Request.class);
    }

    // The socket

    long token() {
        assertThat(hasToken).as("a session was opened").isTrue();
        return token;
    }

    int localPort() {
        return socket.getLocalPort();
    }

    /** How much was sent in all, in bytes of datagrams. */
    long sentBytes() {
        return sentBytes;
    }

    /** How much was received in all, in bytes of datagrams. */
    long receivedBytes() {
        return receivedBytes;
    }

    @Override
    public void close() {
        socket.close();
    }
}
