package io.socketgateway.cli;

import io.socketgateway.client.GatewayClient;
import io.socketgateway.client.Response;
import io.socketgateway.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** The demo's scenes of UDP: a device that meets the clients on TCP, and a network that loses what it says. */
final class DatagramScenes {
    static final List<DemoCommand.Scene> ALL = List.of(
            DatagramScenes::requestOverUdp,
            DatagramScenes::fromUdpToTcp,
            DatagramScenes::deviceIsAsked,
            DatagramScenes::datagramsGetLost);

    private static final int QUESTIONS = 10;
    private static final int ONE_IN = 4;

    private DatagramScenes() {}

    private static void requestOverUdp(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("Request over UDP", "the device has no connection, the worker does not notice");
        stage.worker().serve("firmware.latest", request -> {
            narrator.receives("worker", request.subject() + " " + request.text());
            return Response.text("4.2");
        });
        narrator.sends("device", "firmware.latest thermostat");
        String answer = Stage.await(stage.device().request("firmware.latest", Payload.text("thermostat")))
                .text();
        narrator.receives("device", answer);
        narrator.check(answer.equals("4.2"), "asked over UDP, answered over TCP");
        String self = Stage.await(stage.device().request("gateway.whoami", Payload.EMPTY))
                .text();
        narrator.check(
                self.contains("\"transport\":\"udp\""), "and the gateway knows it by its session: transport udp");
    }

    private static void fromUdpToTcp(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("From UDP to TCP", "a datagram becomes a message for whoever subscribes");
        BlockingQueue<String> bobs = new LinkedBlockingQueue<>();
        stage.bob().subscribe("meters.*.power", message -> bobs.add(message.subject() + " " + message.text()));
        narrator.receives("bob", "subscribes to meters.*.power");
        narrator.sends("device", "meters.7.power 350, with confirm");
        Stage.await(stage.device().publishConfirmed("meters.7.power", Payload.text("350")));
        String heard = Stage.next(bobs);
        narrator.receives("bob", String.valueOf(heard));
        narrator.check("meters.7.power 350".equals(heard), "confirmed over UDP, heard over TCP");
    }

    private static void deviceIsAsked(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("Asked over UDP", "client.<id> leads to the device, too");
        stage.device().onRequest(request -> Response.text("21.5"));
        narrator.sends("alice", "client.device temperature");
        String answer = Stage.await(stage.alice().request("client.device", Payload.text("temperature")))
                .text();
        narrator.receives("alice", answer);
        narrator.check(answer.equals("21.5"), "the device itself has answered");
    }

    private static void datagramsGetLost(Stage stage) throws Exception {
        Narrator narrator = stage.narrator();
        narrator.scene("Datagrams get lost", "each way, every fourth one");
        AtomicInteger carriedOut = new AtomicInteger();
        stage.worker().serve("valves.turn", request -> {
            carriedOut.incrementAndGet();
            return Response.text("turned " + request.text());
        });
        List<String> answers = new ArrayList<>();
        try (LossyRelay network = LossyRelay.open(stage.gateway().addresses().get(1), ONE_IN);
                GatewayClient remote = Stage.connect(network.url(), "remote")) {
            narrator.sends("remote", "valves.turn, " + QUESTIONS + " times, through a bad network");
            long start = narrator.now();
            for (int i = 0; i < QUESTIONS; i++) {
                answers.add(Stage.await(remote.request("valves.turn", Payload.text("valve-" + i)))
                        .text());
            }
            String time = narrator.since(start);
            narrator.receives(
                    "remote", answers.size() + " answers in " + time + "; the network lost " + network.lost());
            narrator.check(network.lost() > 0 && answers.equals(expected()), "what was lost was sent again");
        }
        narrator.check(carriedOut.get() == QUESTIONS, "and nothing was carried out twice");
    }

    private static List<String> expected() {
        return IntStream.range(0, QUESTIONS).mapToObj(i -> "turned valve-" + i).toList();
    }
}
