package io.socketgateway.cli;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Response;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Payload;
import io.socketgateway.server.service.ServiceResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** The demo's scenes of questions and single answers. */
final class RequestScenes {
    static final List<DemoCommand.Scene> ALL = List.of(
            RequestScenes::requestAndResponse,
            RequestScenes::nobodyServes,
            RequestScenes::theWorkerRefuses,
            RequestScenes::workersShare,
            RequestScenes::insideTheGateway,
            RequestScenes::builtIn);

    private RequestScenes() {}

    /** What a worker is asked. */
    record OrderId(int id) {}

    /** What it answers. */
    record Order(int id, String item, int cents) {}

    private static void requestAndResponse(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("Request and response", "a worker serves orders.get, alice asks");
        stage.worker().serve("orders.get", request -> {
            narrator.receives("worker", request.subject() + " " + request.text());
            return request.reply(new Order(request.as(OrderId.class).id(), "tea", 450));
        });
        narrator.sends("alice", "orders.get {\"id\":7}");
        long start = narrator.now();
        Order order = Stage.await(stage.alice().request("orders.get", new OrderId(7), Order.class));
        String time = narrator.since(start);
        narrator.receives("alice", order + " after " + time);
        narrator.check(order.equals(new Order(7, "tea", 450)), "the answer is the worker's, as an object");
    }

    private static void nobodyServes(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("Nobody serves", "a question to no one is answered at once");
        narrator.sends("alice", "orders.cancel {\"id\":7}");
        GatewayException error = Stage.errorOf(stage.alice().request("orders.cancel", Payload.json("{\"id\":7}")));
        narrator.receives("alice", error == null ? "an answer" : Faults.text(error));
        narrator.check(error != null && error.code() == ErrorCode.NO_WORKER, "404, not a timeout");
        narrator.check(error != null && error.notProcessed(), "and it says that trying again is safe");
    }

    private static void theWorkerRefuses(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("The worker refuses", "its error reaches whoever asked");
        stage.worker().serve("orders.delete", request -> {
            throw new GatewayException(ErrorCode.FORBIDDEN, "orders are kept for ten years");
        });
        narrator.sends("alice", "orders.delete 7");
        GatewayException error = Stage.errorOf(stage.alice().request("orders.delete", Payload.text("7")));
        narrator.receives("alice", error == null ? "an answer" : Faults.text(error));
        narrator.check(
                error != null
                        && error.code() == ErrorCode.FORBIDDEN
                        && Faults.reason(error).equals("orders are kept for ten years"),
                "code and message are the worker's own");
    }

    private static void workersShare(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("Workers share", "bob and carol serve the same subject");
        AtomicInteger bobs = new AtomicInteger();
        AtomicInteger carols = new AtomicInteger();
        counting(stage.bob(), bobs);
        counting(stage.carol(), carols);
        for (int i = 0; i < 10; i++) {
            Stage.await(stage.alice().request("thumbnails.make", Payload.text("photo-" + i)));
        }
        narrator.sends("alice", "thumbnails.make, ten times");
        narrator.receives("bob", bobs + " of them");
        narrator.receives("carol", carols + " of them");
        narrator.check(bobs.get() == 5 && carols.get() == 5, "each worker had its share");
    }

    private static void counting(GatewayClient worker, AtomicInteger count) {
        worker.serve("thumbnails.make", request -> {
            count.incrementAndGet();
            return Response.empty();
        });
    }

    private static void insideTheGateway(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("Inside the gateway", "a program that embeds the gateway can serve without a socket");
        stage.gateway().serve("tax.of", request -> {
            int cents = Integer.parseInt(request.payload().text());
            return ServiceResponse.of(Payload.text(Integer.toString(cents * 19 / 100)));
        });
        narrator.sends("alice", "tax.of 450");
        String tax = Stage.await(stage.alice().request("tax.of", Payload.text("450")))
                .text();
        narrator.receives("alice", tax);
        narrator.check(tax.equals("85"), "asked over TCP, answered in the gateway's own process");
    }

    private static void builtIn(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("Built in", "gateway.echo, gateway.time, gateway.whoami");
        for (String subject : List.of("gateway.echo", "gateway.time", "gateway.whoami")) {
            CompletableFuture<Response> answer = stage.alice().request(subject, Payload.text("hello"));
            String text = Stage.await(answer).text();
            narrator.sends("alice", subject);
            narrator.receives("alice", text);
            String expected = switch (subject) {
                case "gateway.echo" -> "hello";
                case "gateway.time" -> "epochMillis";
                default -> "\"clientId\":\"alice\"";
            };
            narrator.check(text.contains(expected), "holds " + expected);
        }
    }
}
