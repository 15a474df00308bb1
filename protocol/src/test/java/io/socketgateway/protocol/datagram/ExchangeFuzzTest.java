package io.socketgateway.protocol.datagram;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** An exchange beside a model of it that keeps all it was ever told. */
class ExchangeFuzzTest {
    private static final int WINDOW = 4096;
    private static final int FIRST_ID = -40; // so that ids run over
    private static final long CACHE_BYTES = 4_000;

    /** The first byte chooses the side; then each four bytes are something that comes, goes or passes. */
    @FuzzTest
    void each_id_is_carried_out_once_and_nothing_grows_without_bound(byte[] input) {
        ByteBuffer script = ByteBuffer.wrap(input);
        if (script.hasRemaining()) {
            new Trial((script.get() & 1) == 0 ? Side.GATEWAY : Side.CLIENT).run(script);
        }
    }

    private static final class Trial {
        private final ManualTime time = new ManualTime();
        private final RecordingOutlet outlet = new RecordingOutlet(1_187);
        private final AnswerCache cache =
                new AnswerCache(time.timers(), time, CACHE_BYTES, CACHE_BYTES, Duration.ofSeconds(60));
        private final Side side;
        private final Exchange exchange;

        // the model: what the peer has sent
        private final Set<Integer> seen = new HashSet<>();
        private final Set<Integer> wantAnswer = new HashSet<>();
        private final Map<Integer, Frame> answers = new HashMap<>();
        private final Map<Integer, Long> answeredNanos = new HashMap<>();
        private int newestSeen;

        // the model: what this side has sent; those that may still be sent again
        private final Set<Integer> mayBeRepeated = new HashSet<>();
        private final Set<Integer> wasSent = new HashSet<>();
        private int newestSent;

        Trial(Side side) {
            this.side = side;
            exchange = new Exchange(
                    side, FIRST_ID, cache, new RoundTrip(), time.timers(), time, new SplittableRandom(1), outlet);
            newestSeen = side == Side.GATEWAY ? FIRST_ID : 0;
            newestSent = side == Side.GATEWAY ? 0 : FIRST_ID;
            seen.add(newestSeen);
        }

        void run(ByteBuffer script) {
            while (script.remaining() >= 4) {
                int action = script.get() & 0xFF;
                int detail = script.get() & 0xFF;
                int offset = script.getShort();
                switch (action % 8) {
                    case 0, 1 -> comes(question(newestSeen + offset % 64, detail), detail);
                    case 2 -> comes(question(newestSeen + offset, detail), detail);
                    case 3 -> answer(newestSeen - Math.abs(offset % 64), detail);
                    case 4, 5 -> ask(1 + (detail >> 4), detail);
                    case 6 -> answerComes(newestSent - Math.abs(offset % 300), detail);
                    default -> pass(detail);
                }
                whatIsGivenUpWasWaitedFor();
                nothingIsWithoutBound();
            }
            close();
        }

        /** Something that uses an id; the detail chooses the type. */
        private static Frame question(int id, int detail) {
            boolean confirm = (detail & 8) != 0 && id != 0;
            return switch (detail & 7) {
                case 0 -> new Frame.Publish(id, Subject.of("a"), confirm, Headers.EMPTY, Payload.EMPTY);
                case 1 -> new Frame.Subscribe(id == 0 ? 7 : id, SubjectPattern.of("a"), "", confirm, Headers.EMPTY);
                case 2 -> Frame.Hello.of(id);
                default ->
                    new Frame.Request(
                            id,
                            Subject.of("a"),
                            confirm ? 10L * detail : Frame.ABSENT,
                            Frame.ABSENT,
                            Headers.EMPTY,
                            Payload.EMPTY);
            };
        }

        /** What was sent since this was last called. */
        private List<Frame> sent() {
            List<Frame> latest = outlet.sent();
            for (Frame frame : latest) {
                switch (frame.type()) {
                    case REQUEST, PUBLISH, SUBSCRIBE, HELLO -> wasSent.add(frame.id());
                    default -> {}
                }
            }
            return latest;
        }

        private void comes(Frame frame, int detail) {
            sent();
            boolean rejected = (detail & 0xF0) == 0xF0;
            boolean wantsAnswer = rejected || wantsAnswer(frame);
            int id = frame.id();
            boolean carriedOut = rejected ? exchange.receiveRejected(frame.type(), id) : exchange.receive(frame);
            List<Frame> told = sent();
            if (id == 0) {
                require(carriedOut && told.isEmpty(), "id 0 is carried out");
                return;
            }
            boolean outdated = newestSeen - id >= WINDOW || id - newestSeen == Integer.MIN_VALUE;
            boolean first = !outdated && seen.add(id);
            if (id - newestSeen > 0) {
                newestSeen = id;
                seen.removeIf(old -> newestSeen - old >= WINDOW || newestSeen - old < 0);
            }
            require(carriedOut == first, "an id is carried out the first time, and only then: " + id);
            if (first) {
                answers.remove(id); // of the same number, once around
                wantAnswer.remove(id);
                require(told.isEmpty(), "what is carried out is not answered here");
                if (wantsAnswer) {
                    wantAnswer.add(id);
                }
            } else if (told.isEmpty()) {
                require(!outdated && !wantsAnswer, "a repeat that wants an answer gets one");
            } else {
                require(told.size() == 1, "a repeat gets one answer");
                isRightForRepeat(id, told.get(0), outdated);
            }
        }

        private void isRightForRepeat(int id, Frame told, boolean outdated) {
            if (told instanceof Frame.Ack) {
                require(!outdated && wantAnswer.contains(id), "what is under way is acknowledged");
            } else if (told instanceof Frame.Error error && error.code() == ErrorCode.DEADLINE.code()) {
                require(outdated || !wantAnswer.contains(id), "408 is for what is neither under way nor kept");
            } else {
                require(!outdated && told.equals(answers.get(id)), "the answer is the same again");
                require(
                        time.nanos() - answeredNanos.get(id)
                                < Duration.ofSeconds(60).toNanos(),
                        "an answer is not kept for longer");
            }
        }

        private static boolean wantsAnswer(Frame frame) {
            return frame instanceof Frame.Publish publish
                    ? publish.confirm()
                    : !(frame instanceof Frame.Subscribe subscribe) || subscribe.confirm();
        }

        /** An answer to the peer; perhaps too long. */
        private void answer(int id, int detail) {
            Frame answer = (detail & 1) == 0
                    ? new Frame.Response(id, false, Headers.EMPTY, Payload.bytes(new byte[5 * detail]))
                    : Frame.Error.of(id, ErrorCode.FAILED, "x".repeat(detail));
            boolean sent = exchange.send(answer);
            require(sent == outlet.fits(answer), "an answer is sent if it fits");
            if (sent && wantAnswer.remove(id)) {
                answers.put(id, answer);
                answeredNanos.put(id, time.nanos());
            }
        }

        /** This side sends something, under an id that is a few steps on. */
        private void ask(int steps, int detail) {
            int id = newestSent + steps;
            if (id == 0) {
                id = 1;
            }
            Frame frame = question(id, detail);
            sent();
            boolean open = exchange.windowIsOpen();
            require(exchange.send(frame), "it fits");
            newestSent = id;
            if (wantsAnswer(frame)) {
                mayBeRepeated.add(id);
            }
            if (open && steps == 1) {
                require(sent().contains(frame), "while the window is open, the next goes at once");
            }
        }

        private void answerComes(int id, int detail) {
            Frame answer = switch (detail & 3) {
                case 0 -> new Frame.Ack(id);
                case 1 -> Frame.Error.of(id, ErrorCode.FAILED, "x");
                default -> new Frame.Response(id, false, Headers.EMPTY, Payload.EMPTY);
            };
            sent();
            boolean ends = wasSent.contains(id) && (detail & 3) == 1;
            exchange.receive(answer);
            if ((detail & 7) == 7) {
                exchange.send(new Frame.Cancel(id));
                mayBeRepeated.remove(id);
            } else if (ends) {
                mayBeRepeated.remove(id);
            }
        }

        private void pass(int detail) {
            sent();
            if (detail < 200) {
                time.passMillis(10L * detail);
            } else {
                time.jump(Duration.ofSeconds(detail - 199));
            }
            for (Frame frame : sent()) {
                require(
                        mayBeRepeated.contains(frame.id()) || !wantsAnswer(frame),
                        "only what has no answer is sent again");
            }
        }

        /** When its time is up, or when an answer makes room for what was held back too long. */
        private void whatIsGivenUpWasWaitedFor() {
            for (Frame frame : outlet.givenUp()) {
                require(mayBeRepeated.remove(frame.id()) || !wantsAnswer(frame), "it is given up once");
            }
        }

        private void nothingIsWithoutBound() {
            require(cache.bytes() <= CACHE_BYTES && cache.size() <= CACHE_BYTES / 128, "kept answers are bounded");
            require(exchange.underWay() <= 2 * WINDOW, "what is under way is bounded");
            require(exchange.unanswered() <= Exchange.WINDOW, "what is unanswered is bounded");
            require(time.timers().size() <= Exchange.WINDOW + 1, "timers are bounded");
        }

        private void close() {
            exchange.close();
            sent();
            time.jump(Duration.ofSeconds(62));
            List<Frame> late = sent();
            require(late.isEmpty(), "after the end nothing is sent: " + late);
            List<Frame> lateGivenUp = outlet.givenUp();
            require(lateGivenUp.isEmpty(), "after the end nothing is given up: " + lateGivenUp);
            require(time.timers().size() == 0 && cache.size() == 0, side + " leaves nothing");
        }
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new AssertionError("not so: " + rule);
        }
    }
}
