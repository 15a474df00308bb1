package io.socketgateway.server.service;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.SubjectPattern;
import io.socketgateway.protocol.time.NanoClock;
import io.socketgateway.server.routing.Answerer;
import io.socketgateway.server.routing.Call;
import io.socketgateway.server.routing.Caller;
import io.socketgateway.server.routing.Router;
import io.socketgateway.server.routing.Worker;
import java.io.StringWriter;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/** {@code gateway.echo}, {@code gateway.time} and {@code gateway.whoami} (SPEC section 4): workers like any other. */
public final class BuiltInServices {
    private static final Logger LOG = LoggerFactory.getLogger(BuiltInServices.class);

    private BuiltInServices() {}

    /** Offers them all. */
    public static void offer(Router router, NanoClock clock) {
        offer(router, "gateway.echo", BuiltInServices::echo);
        offer(router, "gateway.time", call -> time(clock));
        offer(router, "gateway.whoami", call -> whoami(call.caller()));
    }

    private static void offer(Router router, String subject, Function<Call, Frame> service) {
        router.add(new Worker(new OnLoop(service), SubjectPattern.of(subject), ""));
    }

    /** Answers at once, on the requester's loop. */
    private record OnLoop(Function<Call, Frame> service) implements Answerer {
        @Override
        public boolean takesRequests() {
            return true;
        }

        @Override
        public boolean answersAtOnce() {
            return true;
        }

        @Override
        public Answering answer(Call call, Worker worker) {
            SingleAnswer answer = new SingleAnswer(call, worker);
            answer.answer(answer(call));
            return answer;
        }

        private Frame answer(Call call) {
            try {
                return service.apply(call);
            } catch (RuntimeException e) {
                LOG.error(
                        "internal error in the service of '{}'", call.request().subject(), e);
                return Frame.Error.of(0, ErrorCode.FAILED, "service failed");
            }
        }
    }

    private static Frame echo(Call call) {
        Frame.Request request = call.request();
        return new Frame.Response(request.id(), false, request.headers(), request.payload());
    }

    private static Frame time(NanoClock clock) {
        long epochMillis = clock.epochMillis();
        return json(members -> {
            members.writeNumberProperty("epochMillis", epochMillis);
            members.writeStringProperty("iso", Instant.ofEpochMilli(epochMillis).toString());
        });
    }

    private static Frame whoami(Caller caller) {
        return json(members -> {
            members.writeStringProperty("sessionId", caller.sessionId());
            members.writeStringProperty("clientId", caller.clientId());
            members.writeStringProperty("identity", caller.identity());
            members.writeStringProperty("transport", caller.transport());
            members.writeStringProperty("remoteAddress", caller.remoteAddress());
        });
    }

    /** An object. */
    private static Frame json(Consumer<JsonGenerator> members) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = Json.FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            generator.writeStartObject();
            members.accept(generator);
            generator.writeEndObject();
        }
        return new Frame.Response(0, false, Headers.EMPTY, Payload.json(text.toString()));
    }

    /** Comes with the first answer that needs it, not with the gateway. */
    private static final class Json {
        static final JsonFactory FACTORY = JsonFactory.builder()
                .recyclerPool(JsonRecyclerPools.threadLocalPool())
                .build();

        private Json() {}
    }
}
