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
 * standard error what went wrong. {@link LoggingProvider} calls it when the first line is logged (and Logback
 * finds it by itself where that is not used), which is faster than a file of XML. {@code -Dgateway.log.level=DEBUG} outweighs the level, and {@code -Dlogback.configurationFile} all of it.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class Logging extends ContextAwareBase implements Configurator {
    private static final String TIME = "yyyy-MM-dd'T'HH:mm:ss.SSSXXX";
    private static final String REST = " %-5level %logger{0} %replace(%msg){'[\\r\\n]+', ' '}%n%ex{short}";

    private static volatile LogFormat format = LogFormat.TEXT;
    private static volatile String level = "WARN";
    private static volatile String target = "System.err";

    /** For Logback. */
    public Logging() {}

    /** Has a gateway that serves log as it is configured; to be called before anything is logged. */
    static void serve(LogConfig config) {
        format = config.format();
        level = config.level().name();
        target = "System.out";
    }

    /** Called by Logback. */
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget(target);
        console.setEncoder(encoder(context));
        console.start();
        ch.qos.logback.classic.Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getProperty("gateway.log.level", level), Level.WARN));
        root.addAppender(console);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context) {
        if (format == LogFormat.JSON) {
            JsonLogEncoder json = new JsonLogEncoder();
            json.setContext(context);
            json.start();
            return json;
        }
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setContext(context);
        text.setCharset(StandardCharsets.UTF_8);
        text.setPattern("%d{" + TIME + (Ahead.isUtc() ? ", Z" : "") + "}" + REST);
        text.start();
        return text;
    }
}
