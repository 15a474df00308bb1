package io.socketgateway.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Datagrams as strangers send them: noise, what looks valid, and what is valid but for the one thing that counts. */
final class StrangeDatagrams {
    private static final String[] SUBJECTS = {
        "gateway.echo", "gateway.whoami", "gateway.time", "client.live", "nobody", "a"
    };

    private final Random random;
    private final List<String> cookiesOfOthers = new ArrayList<>();
    private final long liveToken;

    /** The seed says what comes; the token is that of a session that must not be disturbed. */
    StrangeDatagrams(long seed, long liveToken) {
        this.random = new Random(seed);
        this.liveToken = liveToken;
    }

    /** A genuine cookie, for an address that none of these datagrams will come from. */
    void addCookieOfAnother(String cookie) {
        cookiesOfOthers.add(cookie);
    }

    byte[] next() {
        byte[] datagram = switch (random.nextInt(10)) {
            case 0 -> noise();
            case 1 -> withFirst((byte) 0, noise());
            case 2 -> PeerFrames.inSession(random.nextLong(), noise());
            case 3, 4 -> hello();
            case 5 -> RawPeer.bytes(form(), several());
            case 6 -> PeerFrames.inSession(strangeToken(), RawPeer.bytes(form(), several()));
            case 7 -> PeerFrames.inSession(liveToken, harmless());
            case 8 -> RawPeer.withLength(badHello().getBytes(StandardCharsets.UTF_8));
            default -> mutated(random.nextBoolean() ? hello() : RawPeer.bytes(form(), several()));
        };
        return datagram.length > 8 && random.nextInt(20) == 0
                ? Arrays.copyOf(datagram, random.nextInt(datagram.length))
                : datagram;
    }

    private Form form() {
        return random.nextBoolean() ? Form.BINARY : Form.JSON;
    }

    private byte[] noise() {
        int most = random.nextInt(100) == 0 ? 9_000 : 1 << random.nextInt(9);
        byte[] bytes = new byte[random.nextInt(most)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] withFirst(byte first, byte[] bytes) {
        byte[] all = new byte[bytes.length + 1];
        all[0] = first;
        System.arraycopy(bytes, 0, all, 1, bytes.length);
        return all;
    }

    private byte[] hello() {
        Frame.Hello hello = new Frame.Hello(
                random.nextInt(),
                random.nextInt(10) == 0 ? 2 : 1,
                null,
                random.nextBoolean() ? "live" : null,
                Frame.ABSENT,
                Frame.ABSENT,
                null,
                cookie(),
                random.nextBoolean() ? "agent" : null);
        byte[] bare = RawPeer.bytes(form(), hello);
        byte[] body = Arrays.copyOfRange(bare, 4, Math.max(bare.length, random.nextInt(200)));
        Arrays.fill(body, bare.length - 4, body.length, (byte) ' ');
        return RawPeer.withLength(body);
    }

    private String cookie() {
        switch (random.nextInt(4)) {
            case 0 -> {
                byte[] forged = new byte[22];
                random.nextBytes(forged);
                return HexFormat.of().formatHex(forged);
            }
            case 1 -> {
                return cookiesOfOthers.isEmpty() ? "" : cookiesOfOthers.get(random.nextInt(cookiesOfOthers.size()));
            }
            default -> {
                return null;
            }
        }
    }

    private static final String[] BAD_MEMBERS = {
        "\"clientId\":\"a b\"", "\"maxFrameBytes\":1", "\"version\":-1", "\"id\":7.0"
    };

    private String badHello() {
        return "{\"type\":\"hello\",\"id\":" + (1 + random.nextInt(1 << 20)) + ","
                + BAD_MEMBERS[random.nextInt(BAD_MEMBERS.length)] + "}" + " ".repeat(random.nextInt(60));
    }

    private Frame[] several() {
        Frame[] frames = new Frame[1 + random.nextInt(random.nextInt(8) == 0 ? 40 : 2)];
        Arrays.setAll(frames, i -> frame());
        return frames;
    }

    private Frame frame() {
        int id = random.nextInt(4) == 0 ? random.nextInt() | 1 : 1 + random.nextInt(100);
        Payload payload = Payload.bytes(new byte[random.nextInt(60)]);
        Subject subject = Subject.of(SUBJECTS[random.nextInt(SUBJECTS.length)]);
        return switch (random.nextInt(9)) {
            case 0 -> new Frame.Ping(id, payload);
            case 1 -> new Frame.Pong(id, payload);
            case 2 -> new Frame.GoAway(id, "bye", Frame.ABSENT);
            case 3 -> new Frame.Request(id, subject, Frame.ABSENT, Frame.ABSENT, Headers.EMPTY, payload);
            case 4 -> new Frame.Request(id, subject, 500, 10, Headers.EMPTY, payload);
            case 5 -> new Frame.Publish(id, subject, random.nextBoolean(), Headers.EMPTY, payload);
            case 6 -> PeerFrames.subscribe(id, "a.>");
            case 7 -> Frame.Hello.of(id);
            default -> new Frame.Response(id, false, Headers.EMPTY, payload);
        };
    }

    private long strangeToken() {
        return switch (random.nextInt(4)) {
            case 0 -> liveToken ^ 1L << random.nextInt(64);
            case 1 -> liveToken + 1 + random.nextInt(1000);
            case 2 -> random.nextInt(10);
            default -> random.nextLong();
        };
    }

    /** Frames for the live session that change nothing about it but make it answer, whole or in pieces. */
    private byte[] harmless() {
        Frame ping = new Frame.Ping(random.nextInt(), Payload.bytes(new byte[random.nextInt(40)]));
        Frame discarded = new Frame.Request(
                0, Subject.of("gateway.whoami"), Frame.ABSENT, Frame.ABSENT, Headers.EMPTY, Payload.EMPTY);
        byte[] frames = switch (random.nextInt(3)) {
            case 0 -> RawPeer.bytes(form(), ping);
            case 1 -> RawPeer.bytes(form(), ping, discarded, ping);
            default -> RawPeer.bytes(form(), new Frame.Unsubscribe(1 << 20, true));
        };
        return random.nextInt(4) == 0 ? Arrays.copyOf(frames, random.nextInt(frames.length)) : frames;
    }

    private byte[] mutated(byte[] datagram) {
        ByteBuf bytes = Unpooled.copiedBuffer(datagram);
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            bytes.setByte(random.nextInt(datagram.length), random.nextInt(256));
        }
        bytes.readBytes(datagram).release();
        return datagram;
    }
}
