import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One request in the binary form over a plain blocking socket: {@code java PlainSocket.java HOST PORT}. */
public final class PlainSocket {
    private static final int MAX_FRAME_BYTES = 1 << 20; // the longest body that we take
    private static final int REQUEST = 0x10;
    private static final int RESPONSE = 0x11;
    private static final int ERROR = 0x12;
    private static final int CONTENT_TEXT = 0x04;
    private static final int DEADLINE = 0x08;

    private PlainSocket() {}

    public static void main(String[] args) throws IOException {
        try (Socket socket = new Socket(args[0], Integer.parseInt(args[1]))) {
            socket.setSoTimeout(10_000);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            DataInputStream in = new DataInputStream(socket.getInputStream());

            // HELLO is optional where no authentication is asked for: the first frame opens the session.
            send(out, request(7, "gateway.echo", 5_000, "hello from java.net.Socket"));
            socket.shutdownOutput(); // no more from us; answers under way still come

            while (true) {
                int length = in.readInt(); // four bytes of length, then the body
                if (length < 1 || length > MAX_FRAME_BYTES) {
                    throw new IOException("a frame of " + Integer.toUnsignedString(length) + " bytes");
                }
                byte[] body = new byte[length];
                in.readFully(body);
                ByteBuffer frame = ByteBuffer.wrap(body);
                int type = frame.get();
                if (type >= 0x30 && type <= 0x3E) {
                    continue; // of a later version, to be skipped
                }
                int flags = frame.get();
                int id = frame.getInt();
                if (type == RESPONSE && id == 7) {
                    if ((flags & 0x01) != 0) {
                        skipHeaders(frame);
                    }
                    System.out.println("response: " + StandardCharsets.UTF_8.decode(frame));
                    return;
                } else if (type == ERROR) {
                    int code = Short.toUnsignedInt(frame.getShort());
                    if ((flags & 0x08) != 0) {
                        System.out.println("try again in " + Integer.toUnsignedString(frame.getInt()) + " ms");
                    }
                    System.out.println("error " + code + ": " + string(frame));
                    System.exit(1);
                } else {
                    System.out.println("not for us: type " + type + ", id " + Integer.toUnsignedString(id));
                }
            }
        }
    }

    /** type, flags, id, subject, deadlineMillis, payload. */
    private static byte[] request(int id, String subject, int deadlineMillis, String text) {
        byte[] subjectBytes = subject.getBytes(StandardCharsets.UTF_8);
        byte[] textBytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + 1 + 4 + 2 + subjectBytes.length + 4 + textBytes.length)
                .put((byte) REQUEST)
                .put((byte) (CONTENT_TEXT | DEADLINE))
                .putInt(id)
                .putShort((short) subjectBytes.length)
                .put(subjectBytes)
                .putInt(deadlineMillis)
                .put(textBytes)
                .array();
    }

    private static void send(DataOutputStream out, byte[] body) throws IOException {
        out.write(ByteBuffer.allocate(4 + body.length).putInt(body.length).put(body).array());
        out.flush();
    }

    private static void skipHeaders(ByteBuffer frame) {
        for (int strings = 2 * Short.toUnsignedInt(frame.getShort()); strings > 0; strings--) {
            string(frame);
        }
    }

    /** Two bytes of size, then so many of UTF-8. */
    private static String string(ByteBuffer frame) {
        byte[] bytes = new byte[Short.toUnsignedInt(frame.getShort())];
        frame.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
