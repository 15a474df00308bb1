package io.socketgateway.protocol.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A MESSAGE on its way to many subscriptions: encoded once in each form, then copied with the id of each. Any thread may
 * use it; two that encode at once do the same work twice.
 */
public final class SharedMessage {
    private static final int BINARY_ID_INDEX = 2;
    private static final int JSON_ID_INDEX = "{\"type\":\"message\"".length();

    private final Frame.Message message; // its id is 0
    private volatile byte @Nullable [] binary;
    private volatile byte @Nullable [] json;
    private int holders; // this and what follows is guarded by this
    private long heldBytes;
    private @Nullable LongConsumer heldBy;

    /** A message to share; its own id does not matter. */
    public SharedMessage(Frame.Message message) {
        message.payload().keep();
        this.message = message.id() == 0
                ? message
                : new Frame.Message(0, message.subject(), message.headers(), message.payload());
    }

    /** The message, with id 0. */
    public Frame.Message message() {
        return message;
    }

    /**
     * One more queue holds it. What it keeps in memory then counts once, however many hold it, with all that is encoded.
     *
     * @param account is told how many bytes more it keeps, or less; the same for all queues
     */
    public synchronized void hold(LongConsumer account) {
        holders++;
        if (holders == 1) {
            heldBytes = 0L + FrameCodec.roughBytes(message) + length(binary) + length(json);
            heldBy = account;
            account.accept(heldBytes);
        }
    }

    /** One queue less holds it. */
    public synchronized void release() {
        holders--;
        if (holders == 0 && heldBy != null) {
            heldBy.accept(-heldBytes);
            heldBy = null;
        }
    }

    private synchronized void encoded(byte[] body) {
        if (heldBy != null) {
            heldBytes += body.length;
            heldBy.accept(body.length);
        }
    }

    private static int length(byte @Nullable [] body) {
        return body == null ? 0 : body.length;
    }

    /** How long the body is that {@link #encode} appends. */
    public int encodedBytes(int id, Form form) {
        return switch (form) {
            case BINARY -> binary().length;
            case JSON -> json().length + idMember(id).length();
        };
    }

    private static String idMember(int id) {
        return id == 0 ? "" : ",\"id\":" + Integer.toUnsignedString(id);
    }

    /** Appends the body as the subscription of that id gets it. */
    public void encode(int id, Form form, ByteBuf out) {
        switch (form) {
            case BINARY -> {
                byte[] body = binary();
                int start = out.writerIndex();
                out.writeBytes(body);
                out.setInt(start + BINARY_ID_INDEX, id);
            }
            case JSON -> {
                byte[] body = json();
                out.writeBytes(body, 0, JSON_ID_INDEX);
                out.writeCharSequence(idMember(id), StandardCharsets.US_ASCII);
                out.writeBytes(body, JSON_ID_INDEX, body.length - JSON_ID_INDEX);
            }
        }
    }

    private byte[] binary() {
        byte[] body = binary;
        if (body == null) {
            body = encoded(Form.BINARY);
            binary = body;
            encoded(body);
        }
        return body;
    }

    private byte[] json() {
        byte[] body = json;
        if (body == null) {
            body = encoded(Form.JSON);
            json = body;
            encoded(body);
        }
        return body;
    }

    private byte[] encoded(Form form) {
        ByteBuf buffer = Unpooled.buffer(64 + message.payload().length());
        FrameCodec.encode(message, form, buffer);
        byte[] body = new byte[buffer.readableBytes()];
        buffer.readBytes(body).release();
        return body;
    }
}
