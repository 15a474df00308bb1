package io.socketgateway.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.socketgateway.server.config.LogConfig;
import io.socketgateway.server.config.LogFormat;
import java.nio.charset.StandardCharsets;

/**
 * What is logged, how, and where to: a gateway that serves says on standard output what it does, a client command on
 * standard error what went wrong. Logback finds this class by itself when the first line is logged, which is faster than a
 * file of XML; {@code -Dlogback.configurationFile} puts such a file in its place.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class Logging extends ContextAwareBase implements Configurator {
    private static final String LEVEL = "gateway.log.level";
    private static final String FORMAT = "gateway.log.format";
    private static final String TARGET = "gateway.log.target";

    private static final String TEXT =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} %replace(%msg){'[\\r\\n]+', ' '}%n%ex{short}";

    /** For Logback. */
    public Logging() {}

    /** Has a gateway that serves log as it is configured, before anything is logged; properties of the user stay. */
    static void serve(LogConfig config) {
        set(LEVEL, config.level().name());
        set(FORMAT, config.format().name());
        set(TARGET, "System.out");
    }

    private static void set(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** Called by Logback. */
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget(System.getProperty(TARGET, "System.err"));
        console.setEncoder(encoder(context));
        console.start();
        ch.qos.logback.classic.Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getProperty(LEVEL), Level.WARN));
        root.addAppender(console);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context) {
        if (LogFormat.JSON.name().equalsIgnoreCase(System.getProperty(FORMAT))) {
            JsonLogEncoder json = new JsonLogEncoder();
            json.setContext(context);
            json.start();
            return json;
        }
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setContext(context);
        text.setCharset(StandardCharsets.UTF_8);
        text.setPattern(TEXT);
        text.start();
        return text;
    }
}
