package io.socketgateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void aReaderThatHadEnoughIsNoFault() {
        assertThat(exitCode("Broken pipe")).isEqualTo(141);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void aFullDiskIs() {
        assertThat(exitCode("No space left on device")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("error: cannot write the output: No space left on device\n");
    }

    @Test
    void colourIsForScreensUnlessTheUserWantsNone() {
        assertThat(console(true, Map.of()).isColoured()).isTrue();
        assertThat(console(true, Map.of("NO_COLOR", "1")).isColoured()).isFalse();
        assertThat(console(true, Map.of("TERM", "dumb")).isColoured()).isFalse();
        assertThat(console(false, Map.of()).isColoured()).isFalse();
    }

    @Test
    void bytesGoToPipesAsTheyAreAndToScreensInBase64() {
        Payload bytes = Payload.bytes(new byte[] {(byte) 0xFF, 0});
        assertThat(Printer.lines("", bytes, false)).containsExactly(0xFF, 0);
        assertThat(Printer.lines("", bytes, true)).asString().isEqualTo("base64:/wA=\n");
        assertThat(Printer.lines("a.b ", bytes, false)).asString().isEqualTo("a.b base64:/wA=\n");
        assertThat(Printer.lines("a.b ", Payload.text("x\n"), false)).asString().isEqualTo("a.b x\n");
        assertThat(Printer.lines("", Payload.EMPTY, false)).isEmpty();
    }

    private int exitCode(String fault) {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(fault);
            }
        };
        Console console = new Console(InputStream.nullInputStream(), broken, err, false, Map.of());
        return GatewayCommand.commandLine(console).execute("config", "check");
    }

    private Console console(boolean terminal, Map<String, String> environment) {
        return new Console(InputStream.nullInputStream(), OutputStream.nullOutputStream(), err, terminal, environment);
    }
}
