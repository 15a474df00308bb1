package io.socketgateway.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Overflow;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import io.socketgateway.protocol.codec.SharedMessage;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.server.config.GatewayConfig;
import io.socketgateway.server.loop.Loop;
import io.socketgateway.server.metrics.Counters;
import io.socketgateway.server.routing.Caller;
import io.socketgateway.server.routing.Mailbox;
import io.socketgateway.server.routing.Party;
import io.socketgateway.server.routing.Peer;
import io.socketgateway.server.routing.Router;
import io.socketgateway.server.service.BuiltInServices;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Frames from one session to others, without bytes from or to a socket, all on one loop: no hand-over between threads. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {LoopThreads.EXECUTOR, LoopThreads.EXECUTOR_CLASS})
@Warmup(iterations = 3, time = 600, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 600, timeUnit = TimeUnit.MILLISECONDS)
public class RoutingBenchmark {
    private static final int SUBSCRIBERS = 200;
    private static final Payload PAYLOAD = Payload.bytes(new byte[128]);
    private static final Subject WORK = Subject.of("bench.work");
    private static final Subject ECHO = Subject.of("gateway.echo");
    private static final Subject NEWS = Subject.of("bench.news");

    /** Subscriptions of other subjects beside them. */
    @Param({"0", "100000"})
    public int subscriptions;

    private final ByteBuf out = Unpooled.directBuffer(1024);
    private final DefaultEventLoop eventLoop = new DefaultEventLoop(); // is never started: this thread plays the loop
    private Loop loop;
    private Router router;
    private Session requester;
    private Session worker;
    private Session publisher;
    private int id;

    /** What routing sees of a session: remembers the last frame that it was sent. */
    private final class Session implements Peer {
        private final Caller caller = new Caller("s", "c", null, "tcp", "127.0.0.1:1");
        private final Party party;
        private @Nullable Frame sent;

        Session() {
            this.party = router.join(this);
        }

        @Override
        public Loop loop() {
            return loop;
        }

        @Override
        public Carrier carrier() {
            return Carrier.STREAM;
        }

        @Override
        public Caller caller() {
            return caller;
        }

        @Override
        public boolean send(Frame frame) {
            sent = frame;
            return true;
        }

        @Override
        public Mailbox mailbox(int subscriptionId, Overflow overflow, int capacity) {
            return new Encoding(subscriptionId);
        }

        @Override
        public boolean takesRequests() {
            return true;
        }

        @Override
        public boolean takesAnswers() {
            return true;
        }

        @Override
        public boolean isBehind() {
            return false;
        }

        @Override
        public void idle() {}

        @Override
        public void flush() {}
    }

    /** Encodes each message for its subscription. */
    private final class Encoding implements Mailbox {
        private final int id;

        Encoding(int id) {
            this.id = id;
        }

        @Override
        public void deliver(SharedMessage message) {
            out.clear();
            message.encode(id, Form.BINARY, out);
        }

        @Override
        public boolean takesMore() {
            return true;
        }

        @Override
        public void close() {}
    }

    /** Has them serve and subscribe. */
    @Setup
    public void join() {
        NanoClock clock = NanoClock.system();
        loop = new Loop(0, 1, eventLoop, clock, Loop.Gathering.NONE);
        router = new Router(
                List.of(loop), clientId -> null, GatewayConfig.defaults().limits(), new Counters());
        BuiltInServices.offer(router, clock);
        requester = new Session();
        publisher = new Session();
        worker = new Session();
        worker.party.received(new Frame.Serve(1, SubjectPattern.of("bench.work"), "", false, Headers.EMPTY));
        for (int i = 0; i < SUBSCRIBERS; i++) {
            subscribe(new Session(), i + 1, "bench.news");
        }
        Session other = new Session();
        for (int i = 0; i < subscriptions; i++) {
            if (i % 1000 == 0) {
                other = new Session(); // as many as one may hold
            }
            subscribe(other, i + 1, "fleet." + i % 100 + ".car." + i);
        }
    }

    private static void subscribe(Session session, int id, String pattern) {
        session.party.received(new Frame.Subscribe(id, SubjectPattern.of(pattern), "", false, Headers.EMPTY));
    }

    /** Gives the buffer back. */
    @TearDown
    public void release() {
        out.release();
        eventLoop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    private void request(Subject subject) {
        id = id == Integer.MAX_VALUE ? 1 : id + 1;
        requester.party.received(new Frame.Request(id, subject, Frame.ABSENT, Frame.ABSENT, Headers.EMPTY, PAYLOAD));
    }

    /** A request that the gateway answers itself. */
    @Benchmark
    public @Nullable Frame echo() {
        request(ECHO);
        return requester.sent;
    }

    /** A request to a worker, and its answer. */
    @Benchmark
    public @Nullable Frame routed() {
        request(WORK);
        Frame asked = worker.sent;
        if (asked != null) {
            worker.party.received(new Frame.Response(asked.id(), false, Headers.EMPTY, PAYLOAD));
        }
        return requester.sent;
    }

    /** A message to two hundred subscribers, encoded once and copied for each. */
    @Benchmark
    public ByteBuf publish() {
        publisher.party.received(new Frame.Publish(0, NEWS, false, Headers.EMPTY, PAYLOAD));
        return out;
    }
}
