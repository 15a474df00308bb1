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
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import io.socketgateway.protocol.codec.FrameCodec;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A client that knows frames and a blocking socket, nothing else, and does whatever a test tells it. One thread. */
final class RawPeer implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int BARRIER_ID = 0x7FFF_FFF0;

    private final Socket socket;
    private final DataInputStream in;
    private Form form;
    private Form answeredIn = Form.BINARY;

    private RawPeer(Socket socket, Form form) throws IOException {
        this.socket = socket;
        this.form = form;
        this.in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream(), 1 << 16));
    }

    static RawPeer connect(InetSocketAddress address, Form form) {
        return connect(address, form, 0);
    }

    /** With a receive buffer of that size; 0: as the system has it. */
    static RawPeer connect(InetSocketAddress address, Form form, int receiveBufferBytes) {
        try {
            Socket socket = new Socket();
            if (receiveBufferBytes > 0) {
                socket.setReceiveBufferSize(receiveBufferBytes);
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            InetAddress host =
                    address.getAddress().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address.getAddress();
            socket.connect(new InetSocketAddress(host, address.getPort()), PATIENCE_MILLIS);
            return new RawPeer(socket, form);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until a connection stands that was begun without waiting. */
    static RawPeer over(SocketChannel connecting, Form form) {
        try {
            connecting.configureBlocking(true);
            connecting.finishConnect();
            Socket socket = connecting.socket();
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            return new RawPeer(socket, form);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // Sending

    /** The form of what is sent from now on. */
    RawPeer speak(Form newForm) {
        form = newForm;
        return this;
    }

    /** All of them in one write. */
    RawPeer send(Frame... frames) {
        return sendBytes(bytes(form, frames));
    }

    RawPeer sendBytes(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One byte in a segment. */
    RawPeer dribble(byte[] bytes) {
        for (byte b : bytes) {
            sendBytes(new byte[] {b});
        }
        return this;
    }

    /** A body as it stands, with its length before it. */
    RawPeer sendBody(byte[] body) {
        return sendBytes(withLength(body));
    }

    RawPeer sendBody(String body) {
        return sendBody(body.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes until the gateway takes no more or the connection breaks. */
    void sendInVain(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException expected) {
            // the gateway has closed
        }
    }

    static byte[] bytes(Form form, Frame... frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Frame frame : frames) {
            ByteBuf body = Unpooled.buffer();
            FrameCodec.encode(frame, form, body);
            byte[] encoded = new byte[body.readableBytes()];
            body.readBytes(encoded).release();
            all.writeBytes(withLength(encoded));
        }
        return all.toByteArray();
    }

    static byte[] withLength(byte[] body) {
        ByteBuf framed = Unpooled.buffer(4 + body.length).writeInt(body.length).writeBytes(body);
        byte[] bytes = new byte[framed.readableBytes()];
        framed.readBytes(bytes).release();
        return bytes;
    }

    void halfClose() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the connection with RST. */
    void reset() {
        reset(socket);
    }

    /** The same for the socket of another kind of peer. */
    static void reset(Socket socket) {
        try {
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int localPort() {
        return socket.getLocalPort();
    }

    // Receiving

    /** The next frame; fails if none comes. */
    Frame receive() {
        try {
            return frame(in.readInt());
        } catch (SocketTimeoutException e) {
            return fail("no frame came");
        } catch (IOException e) {
            return fail("the connection ended, a frame was expected: " + e);
        }
    }

    private Frame frame(int length) throws IOException {
        byte[] body = new byte[length];
        in.readFully(body);
        answeredIn = FrameCodec.formOf(body[0]);
        ByteBuf buffer = Unpooled.wrappedBuffer(body);
        Frame frame = FrameCodec.decode(buffer, length, Side.GATEWAY, Carrier.STREAM);
        buffer.release();
        return frame;
    }

    /** The next frame, which must be of that type. */
    <T extends Frame> T receive(Class<T> type) {
        Frame frame = receive();
        assertThat(frame).isInstanceOf(type);
        return type.cast(frame);
    }

    /** The form that the latest frame came in. */
    Form answeredIn() {
        return answeredIn;
    }

    Frame.Error expectError(int id, ErrorCode code) {
        Frame.Error error = receive(Frame.Error.class);
        assertThat(error.code()).as(error.message()).isEqualTo(code.code());
        assertThat(error.id()).as(error.message()).isEqualTo(id);
        assertThat(error.message()).isNotEmpty();
        return error;
    }

    Frame.Response expectResponse(int id) {
        Frame.Response response = receive(Frame.Response.class);
        assertThat(response.id()).isEqualTo(id);
        return response;
    }

    /** An empty answer, as CONFIRM gets. */
    RawPeer expectConfirmed(int id) {
        assertThat(receive()).isEqualTo(new Frame.Response(id, false, Headers.EMPTY, Payload.EMPTY));
        return this;
    }

    /** That the gateway closes, and sends nothing more before that. */
    void expectEnd() {
        int next;
        try {
            next = in.read();
        } catch (SocketTimeoutException e) {
            fail("the connection was not closed");
            return;
        } catch (IOException reset) {
            return;
        }
        if (next >= 0) {
            try {
                byte[] rest = new byte[3];
                in.readFully(rest);
                fail("a frame instead of the end: "
                        + frame((rest[0] & 0xFF) << 16 | (rest[1] & 0xFF) << 8 | rest[2] & 0xFF));
            } catch (IOException e) {
                fail("bytes instead of the end");
            }
        }
    }

    /** That the gateway closes in order (FIN, not RST), and sends nothing more before that. */
    void expectOrderlyEnd() {
        try {
            in.readInt();
            fail("bytes instead of the end");
        } catch (EOFException orderly) {
            // as it should
        } catch (IOException e) {
            fail("no orderly end: " + e);
        }
    }

    /** Whether something has come that was not received yet. */
    boolean hasSomething() {
        try {
            return in.available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** That nothing has come as yet. */
    RawPeer expectSilence() {
        assertThat(hasSomething()).isFalse();
        return this;
    }

    /** That the session lives and has nothing waiting: a PING comes back and nothing before it. */
    RawPeer expectNothing() {
        send(new Frame.Ping(BARRIER_ID, Payload.EMPTY));
        assertThat(receive()).isEqualTo(new Frame.Pong(BARRIER_ID, Payload.EMPTY));
        return this;
    }

    // Whole exchanges

    Frame.Welcome hello(String clientId) {
        return hello(clientId, null, Frame.ABSENT);
    }

    Frame.Welcome hello(String clientId, String resume, long maxFrameBytes) {
        send(new Frame.Hello(1, 1, null, clientId, Frame.ABSENT, maxFrameBytes, resume, null, "raw"));
        return receive(Frame.Welcome.class);
    }

    RawPeer subscribe(int id, String pattern) {
        return subscribe(id, pattern, "");
    }

    RawPeer subscribe(int id, String pattern, String group) {
        send(new Frame.Subscribe(id, SubjectPattern.of(pattern), group, true, Headers.EMPTY));
        return expectConfirmed(id);
    }

    RawPeer serve(int id, String pattern) {
        return serve(id, pattern, "");
    }

    RawPeer serve(int id, String pattern, String group) {
        send(new Frame.Serve(id, SubjectPattern.of(pattern), group, true, Headers.EMPTY));
        return expectConfirmed(id);
    }

    RawPeer unsubscribe(int id) {
        send(new Frame.Unsubscribe(id, true));
        return expectConfirmed(id);
    }

    /** Publishes and waits until it is delivered. */
    RawPeer publish(int id, String subject, String text) {
        send(new Frame.Publish(id, Subject.of(subject), true, Headers.EMPTY, Payload.text(text)));
        return expectConfirmed(id);
    }

    RawPeer request(int id, String subject, String text) {
        return send(requestFrame(id, subject, text));
    }

    static Frame.Request requestFrame(int id, String subject, String text) {
        return new Frame.Request(
                id, Subject.of(subject), Frame.ABSENT, Frame.ABSENT, Headers.EMPTY, Payload.text(text));
    }

    RawPeer requestStream(int id, String subject, long credit) {
        return send(streamFrame(id, subject, credit));
    }

    static Frame.Request streamFrame(int id, String subject, long credit) {
        return new Frame.Request(id, Subject.of(subject), Frame.ABSENT, credit, Headers.EMPTY, Payload.text("stream"));
    }

    RawPeer respond(int id, String text) {
        return send(new Frame.Response(id, false, Headers.EMPTY, Payload.text(text)));
    }

    RawPeer respondMore(int id, String text) {
        return send(new Frame.Response(id, true, Headers.EMPTY, Payload.text(text)));
    }

    RawPeer respondEmpty(int id) {
        return send(new Frame.Response(id, false, Headers.EMPTY, Payload.EMPTY));
    }

    /** Takes a request and returns it. */
    Frame.Request take() {
        return receive(Frame.Request.class);
    }

    /** Takes a request and answers it. */
    Frame.Request takeAndRespond(String text) {
        Frame.Request request = take();
        respond(request.id(), text);
        return request;
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

    /** The texts of so many messages. */
    String[] messages(int id, int count) {
        String[] texts = new String[count];
        Arrays.setAll(texts, i -> message(id));
        return texts;
    }
}
