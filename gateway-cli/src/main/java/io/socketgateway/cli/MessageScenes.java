package io.socketgateway.cli;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.GatewayException;
import io.socketgateway.client.Response;
import io.socketgateway.client.SubscribeOptions;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Payload;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The demo's scenes of messages: published to many, shared in a group, pushed to one. */
final class MessageScenes {
    static final List<DemoCommand.Scene> ALL = List.of(
            MessageScenes::publishAndSubscribe,
            MessageScenes::group,
            MessageScenes::confirm,
            MessageScenes::push,
            MessageScenes::requestToAClient);

    private MessageScenes() {}

    private static void publishAndSubscribe(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("Publish and subscribe", "* is any one token, > one or more");
        BlockingQueue<String> bobs = new LinkedBlockingQueue<>();
        BlockingQueue<String> carols = new LinkedBlockingQueue<>();
        hear(stage.bob(), "sensors.*.temperature", "", bobs);
        hear(stage.carol(), "sensors.>", "", carols);
        narrator.receives("bob", "subscribes to sensors.*.temperature");
        narrator.receives("carol", "subscribes to sensors.>");
        for (String message :
                List.of("sensors.1.temperature 21.5", "sensors.2.temperature 19", "sensors.2.door open")) {
            String[] parts = message.split(" ", 2);
            stage.alice().publish(parts[0], Payload.text(parts[1]));
            narrator.sends("alice", message);
        }
        List<String> bobHeard = List.of(heard(bobs), heard(bobs));
        List<String> carolHeard = List.of(heard(carols), heard(carols), heard(carols));
        narrator.receives("bob", String.join(", ", bobHeard));
        narrator.receives("carol", String.join(", ", carolHeard));
        narrator.check(
                bobHeard.equals(List.of("sensors.1.temperature 21.5", "sensors.2.temperature 19"))
                        && carolHeard.size() == 3
                        && carolHeard.get(2).equals("sensors.2.door open"),
                "each heard what it asked for, in order");
    }

    private static void group(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("Group", "of subscribers in one group, one gets each message");
        BlockingQueue<String> bobs = new LinkedBlockingQueue<>();
        BlockingQueue<String> carols = new LinkedBlockingQueue<>();
        hear(stage.bob(), "mail.out", "senders", bobs);
        hear(stage.carol(), "mail.out", "senders", carols);
        for (int i = 1; i <= 6; i++) {
            stage.alice().publish("mail.out", Payload.text("letter-" + i));
        }
        narrator.sends("alice", "mail.out, six letters");
        List<String> bobHeard = List.of(heard(bobs), heard(bobs), heard(bobs));
        List<String> carolHeard = List.of(heard(carols), heard(carols), heard(carols));
        narrator.receives("bob", String.join(", ", bobHeard));
        narrator.receives("carol", String.join(", ", carolHeard));
        narrator.check(
                bobHeard.stream().noneMatch(carolHeard::contains) && bobs.isEmpty() && carols.isEmpty(),
                "three each, none twice");
    }

    private static void confirm(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("Confirm", "a publisher may wait until every subscription has its message");
        BlockingQueue<String> bobs = new LinkedBlockingQueue<>();
        hear(stage.bob(), "alarms.>", "", bobs);
        narrator.sends("alice", "alarms.fire 'kitchen', with confirm");
        Stage.await(stage.alice().publishConfirmed("alarms.fire", Payload.text("kitchen")));
        narrator.receives("alice", "confirmed");
        String heard = heard(bobs);
        narrator.receives("bob", heard);
        narrator.check(heard.equals("alarms.fire kitchen"), "confirmed and heard");
        GatewayException error = Stage.errorOf(stage.alice().publishConfirmed("client.nobody", Payload.text("hello?")));
        narrator.sends("alice", "client.nobody 'hello?', with confirm");
        narrator.receives("alice", error == null ? "confirmed" : Faults.text(error));
        narrator.check(error != null && error.code() == ErrorCode.NO_WORKER, "and a message to no one is told apart");
    }

    private static void push(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("Push", "client.<id> is that client's own subject");
        BlockingQueue<String> bobs = new LinkedBlockingQueue<>();
        stage.bob().onMessage(message -> bobs.add(message.subject() + " " + message.text()));
        narrator.sends("alice", "client.bob 'your order is on its way'");
        stage.alice().publish("client.bob", Payload.text("your order is on its way"));
        String heard = heard(bobs);
        narrator.receives("bob", heard);
        narrator.check(heard.equals("client.bob your order is on its way"), "bob never subscribed to anything");
    }

    private static void requestToAClient(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("Request to a client", "a client can be asked, too");
        stage.bob().onRequest(request -> Response.text("battery at 80 %"));
        narrator.sends("alice", "client.bob 'how are you?'");
        String answer = Stage.await(stage.alice().request("client.bob", Payload.text("how are you?")))
                .text();
        narrator.receives("alice", answer);
        narrator.check(answer.equals("battery at 80 %"), "bob himself has answered");
    }

    private static void hear(GatewayClient client, String pattern, String group, BlockingQueue<String> heard) {
        client.subscribe(
                pattern,
                SubscribeOptions.defaults().withGroup(group),
                message -> heard.add(message.subject() + " " + message.text()));
    }

    private static String heard(BlockingQueue<String> arrivals) throws InterruptedException {
        String next = Stage.next(arrivals);
        return next == null ? "(nothing)" : next;
    }
}
