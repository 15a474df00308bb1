package io.socketgateway.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Frames at random, the same ones for the same seed: every field present and absent, limits met, ids over the whole
 * range, text from all of Unicode. All keep the rules, and their payloads are what they claim, so that each equals what
 * either form makes of it. Belongs to one thread.
 */
public final class RandomFrames {
    private static final FrameType[] TYPES = FrameType.values();
    private static final String CLIENT_ID_CHARS = "ABCXYZabcxyz0189_-";
    private static final String[] JSON_NUMBERS = {
        "0", "-0", "7", "-12", "4294967296", "0.5", "1e9", "-2.50E-3", "123456789012345678901234567890", "1E400"
    };
    private static final String[] JSON_STRINGS = {
        "\"\"", "\"a\"", "\"\\u00e9\\n\\\"\\\\\\/\"", "\"\\ud800\"", "\"\u00e9\u20ac\ud83d\ude00\"", "\"{[,]}\""
    };

    private final SplittableRandom random;

    /** Frames of that seed. */
    public RandomFrames(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** A side that may send that type. */
    public static Side senderOf(FrameType type) {
        return type.maySend(Side.CLIENT, Carrier.DATAGRAM) ? Side.CLIENT : Side.GATEWAY;
    }

    /** A frame of any type that this side may send over that carrier. */
    public Frame next(Side sender, Carrier carrier) {
        FrameType type;
        do {
            type = TYPES[random.nextInt(TYPES.length)];
        } while (!type.maySend(sender, carrier));
        return next(type);
    }

    /** A frame of that type. */
    public Frame next(FrameType type) {
        return switch (type) {
            case HELLO ->
                new Frame.Hello(
                        id(),
                        chance(2) ? 1 : u32(),
                        textOrNull(),
                        chance(2) ? null : clientId(),
                        u32OrAbsent(),
                        chance(2) ? Frame.ABSENT : Math.max(Frame.Hello.LEAST_MAX_FRAME_BYTES, u32()),
                        textOrNull(),
                        textOrNull(),
                        textOrNull());
            case WELCOME ->
                new Frame.Welcome(
                        id(),
                        1,
                        text(20),
                        clientId(),
                        chance(2) ? null : "0123456789abcdef",
                        text(20),
                        chance(2),
                        u32(),
                        u32(),
                        new Frame.SessionLimits(u32(), u32(), u32()),
                        text(20));
            case PING -> new Frame.Ping(id(), payload());
            case PONG -> new Frame.Pong(id(), payload());
            case GOAWAY -> new Frame.GoAway(id(), textOrNull(), u32OrAbsent());
            case CHALLENGE -> new Frame.Challenge(id(), clientId());
            case REQUEST -> {
                long credit = u32OrAbsent();
                int id = credit == Frame.ABSENT ? id() : idNotZero();
                yield new Frame.Request(id, subject(), u32OrAbsent(), credit, headers(), payload());
            }
            case RESPONSE -> new Frame.Response(id(), chance(2), headers(), payload());
            case ERROR -> new Frame.Error(id(), random.nextInt(0x10000), u32OrAbsent(), chance(2), text(60));
            case CANCEL -> new Frame.Cancel(id());
            case CREDIT -> new Frame.Credit(id(), u32());
            case ACK -> new Frame.Ack(id());
            case PUBLISH -> {
                boolean confirm = chance(2);
                yield new Frame.Publish(confirm ? idNotZero() : id(), subject(), confirm, headers(), payload());
            }
            case SUBSCRIBE -> new Frame.Subscribe(idNotZero(), pattern(), group(), chance(2), headers());
            case UNSUBSCRIBE -> {
                boolean confirm = chance(2);
                yield new Frame.Unsubscribe(confirm ? idNotZero() : id(), confirm);
            }
            case MESSAGE -> new Frame.Message(id(), subject(), headers(), payload());
            case SERVE -> new Frame.Serve(idNotZero(), pattern(), group(), chance(2), headers());
        };
    }

    /** A payload that is what it claims, up to some hundred bytes. */
    public Payload payload() {
        return switch (random.nextInt(5)) {
            case 0 -> Payload.EMPTY;
            case 1 -> Payload.json(json(3));
            case 2 -> Payload.text(text(40));
            case 3 -> Payload.cbor(bytes(40));
            default -> Payload.bytes(bytes(200));
        };
    }

    /** A payload of any content with bytes that know nothing of it. */
    public Payload payloadThatMayLie() {
        Content content = Content.ofFlags(random.nextInt(4) << 1);
        byte[] bytes = switch (random.nextInt(4)) {
            case 0 -> bytes(40);
            case 1 -> text(20).getBytes(StandardCharsets.UTF_8);
            case 2 -> spoilt(json(3).getBytes(StandardCharsets.UTF_8));
            default -> spoilt(text(20).getBytes(StandardCharsets.UTF_8));
        };
        return Payload.owning(content, bytes);
    }

    /** One byte changed, dropped at the end, or nothing. */
    private byte[] spoilt(byte[] bytes) {
        if (bytes.length > 0 && chance(2)) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        } else if (bytes.length > 1 && chance(2)) {
            return Arrays.copyOf(bytes, bytes.length - 1);
        }
        return bytes;
    }

    /** One JSON value without white space around it. */
    public String json(int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> "null";
            case 1 -> chance(2) ? "true" : "false";
            case 2, 3 -> JSON_NUMBERS[random.nextInt(JSON_NUMBERS.length)];
            case 4 -> JSON_STRINGS[random.nextInt(JSON_STRINGS.length)];
            case 5 -> {
                StringBuilder array = new StringBuilder("[");
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.append(space())
                            .append(json(depth - 1))
                            .append(space())
                            .append(i > 1 ? "," : "");
                }
                yield array.append(']').toString();
            }
            default -> {
                StringBuilder object = new StringBuilder("{");
                for (int i = random.nextInt(4); i > 0; i--) {
                    object.append(space()).append("\"k").append(i).append('"').append(space());
                    object.append(':').append(space()).append(json(depth - 1)).append(i > 1 ? "," : "");
                }
                yield object.append(space()).append('}').toString();
            }
        };
    }

    private String space() {
        return chance(4) ? " \t\r\n".substring(random.nextInt(4)) : "";
    }

    /** Up to 64 headers, seldom more than three. */
    public Headers headers() {
        int count = chance(2) ? 0 : chance(200) ? Headers.MAX_COUNT : 1 + random.nextInt(3);
        String[] pairs = new String[2 * count];
        Set<String> names = new HashSet<>();
        for (int i = 0; i < count; i++) {
            String name;
            do {
                name = headerName();
            } while (!names.add(name));
            pairs[2 * i] = name;
            pairs[2 * i + 1] = text(15);
        }
        return Headers.of(pairs);
    }

    private String headerName() {
        StringBuilder name = new StringBuilder();
        for (int i = 1 + random.nextInt(10); i > 0; i--) {
            name.append((char) random.nextInt(0x20, 0x7F));
        }
        return name.toString();
    }

    /** A subject of one to sixteen tokens. */
    public Subject subject() {
        return Subject.of(dotted(false));
    }

    /** A pattern with or without wildcards. */
    public SubjectPattern pattern() {
        return SubjectPattern.of(dotted(true));
    }

    private String dotted(boolean wildcards) {
        StringBuilder text = new StringBuilder();
        int count = chance(20) ? Subject.MAX_TOKENS : 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ".");
            if (wildcards && chance(4)) {
                text.append(i == count - 1 && chance(2) ? SubjectPattern.REST : SubjectPattern.ONE);
            } else {
                token(text);
            }
        }
        return text.toString();
    }

    private void token(StringBuilder text) {
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            if (chance(16)) {
                text.appendCodePoint(chance(2) ? 0x1F600 + random.nextInt(50) : 0x4E00 + random.nextInt(500));
            } else {
                text.append((char) ('a' + random.nextInt(26)));
            }
        }
    }

    private String group() {
        return chance(2) ? "" : text(20);
    }

    /** Text of all of Unicode, control characters included and unpaired surrogates not. */
    public String text(int maxCodePoints) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(maxCodePoints + 1); i > 0; i--) {
            int kind = random.nextInt(16);
            if (kind < 12) {
                text.append((char) random.nextInt(0x20, 0x7F));
            } else if (kind == 12) {
                text.append((char) random.nextInt(0x20));
            } else if (kind == 13) {
                text.append((char) random.nextInt(0x7F, 0x800));
            } else if (kind == 14) {
                text.append((char) (chance(2) ? random.nextInt(0x800, 0xD800) : random.nextInt(0xE000, 0x10000)));
            } else {
                text.appendCodePoint(random.nextInt(0x10000, 0x110000));
            }
        }
        return text.toString();
    }

    private String textOrNull() {
        return chance(2) ? null : text(20);
    }

    private String clientId() {
        StringBuilder name = new StringBuilder();
        for (int i = chance(20) ? 64 : 1 + random.nextInt(12); i > 0; i--) {
            name.append(CLIENT_ID_CHARS.charAt(random.nextInt(CLIENT_ID_CHARS.length())));
        }
        return name.toString();
    }

    private byte[] bytes(int max) {
        byte[] bytes = new byte[random.nextInt(max + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    private int id() {
        return chance(8) ? 0 : idNotZero();
    }

    private int idNotZero() {
        int id = (int) u32();
        return id == 0 ? 1 : id;
    }

    private long u32() {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> Frame.MAX_U32;
            case 2 -> 0x8000_0000L;
            case 3, 4 -> random.nextLong(Frame.MAX_U32 + 1);
            default -> random.nextInt(1000);
        };
    }

    private long u32OrAbsent() {
        return chance(2) ? Frame.ABSENT : u32();
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }
}
