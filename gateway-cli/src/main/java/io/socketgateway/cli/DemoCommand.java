package io.socketgateway.cli;

import io.socketgateway.server.Gateway;
import io.socketgateway.server.config.GatewayConfig;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Shows each kind of exchange with a real gateway, real clients and real sockets, and checks each result. */
@Command(
        name = "demo",
        description = {
            "See each kind of exchange in a few seconds.",
            "Starts a gateway on free ports of the loopback address and real clients, and checks every result."
        },
        footer = {"  gateway demo"})
final class DemoCommand implements Callable<Integer> {
    private final Console console;

    /** One kind of exchange. */
    interface Scene {
        /** Plays it; the narrator is told what was right and what was not. */
        void play(Stage stage) throws Exception;
    }

    DemoCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        Narrator narrator = new Narrator(console);
        long start = narrator.now();
        GatewayConfig config = GatewayConfig.defaults().withListeners("tcp://127.0.0.1:0", "udp://127.0.0.1:0");
        try (Gateway gateway = Gateway.builder(config).start()) {
            narrator.heading("Socket Gateway demo");
            narrator.line("A gateway in this process, and clients that reach each other through it over TCP and UDP.");
            narrator.line(ServeCommand.ready(config, gateway));
            try (Stage stage = Stage.open(gateway, narrator)) {
                play(RequestScenes.ALL, stage);
                play(MessageScenes.ALL, stage);
                play(EndingScenes.ALL, stage);
                play(DatagramScenes.ALL, stage);
                play(PressureScenes.ALL, stage);
            }
        }
        narrator.line("");
        narrator.heading(
                narrator.failures() == 0
                        ? "All " + narrator.scenes() + " scenes went as they should, in " + narrator.since(start) + "."
                        : narrator.failures() + " of " + narrator.scenes() + " scenes went wrong.");
        narrator.line("Next: gateway serve, and in another terminal gateway request gateway.time");
        return narrator.failures() == 0 ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private static void play(List<Scene> scenes, Stage stage) throws InterruptedException {
        for (Scene scene : scenes) {
            try {
                scene.play(stage);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                stage.narrator().broke(e);
            }
        }
    }
}
