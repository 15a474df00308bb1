package io.socketgateway.client.internal;

import io.netty.channel.ConnectTimeoutException;
import io.socketgateway.client.GatewayException;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.ProtocolException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What goes wrong, in words that say what to do about it. */
final class Faults {
    private Faults() {}

    private static GatewayException notProcessed(ErrorCode code, String message, @Nullable Throwable cause) {
        return GatewayException.ofCall(code.code(), message, true, null, cause);
    }

    static GatewayException of(Frame.Error error) {
        String message =
                error.message().isEmpty() ? error.errorCode().name() : error.errorCode() + ": " + error.message();
        Duration retryAfter =
                error.retryAfterMillis() == Frame.ABSENT ? null : Duration.ofMillis(error.retryAfterMillis());
        return GatewayException.ofCall(error.code(), message, error.notProcessed(), retryAfter, null);
    }

    /** What the caller did wrong, so that nothing was sent. */
    static GatewayException of(ProtocolException fault) {
        return notProcessed(fault.code(), fault.message(), null);
    }

    /** What a request may have met on its way. */
    static GatewayException mayHaveBeenProcessed(ErrorCode code, String message) {
        return GatewayException.ofCall(code.code(), message, false, null, null);
    }

    static GatewayException closed() {
        return unavailable("the client is closed");
    }

    /** An UNAVAILABLE of something that was never sent. */
    static GatewayException unavailable(String message) {
        return notProcessed(ErrorCode.UNAVAILABLE, message, null);
    }

    /** Why a subscription that would rather end than lose messages has ended. */
    static GatewayException handlerTooSlow() {
        return mayHaveBeenProcessed(
                ErrorCode.UNAVAILABLE,
                "the handler was too slow: more messages came than may wait (queueCapacity, queueBytes), and the overflow"
                        + " option is disconnect");
    }

    static GatewayException tooManyRequests(int limit) {
        return notProcessed(ErrorCode.LIMITED, limit + " requests are outstanding, no more are allowed", null);
    }

    static GatewayException tooManyBytes(long limit) {
        return notProcessed(ErrorCode.LIMITED, "over " + limit + " bytes would wait to be sent", null);
    }

    static GatewayException tooLarge(long limit) {
        return notProcessed(ErrorCode.TOO_LARGE, "longer than the " + limit + " bytes that the gateway takes", null);
    }

    static GatewayException tooLargeForDatagram(long limit) {
        String message = "longer than the " + limit + " bytes that a datagram to the gateway has room for;"
                + " use a stream transport (tcp://)";
        return notProcessed(ErrorCode.TOO_LARGE, message, null);
    }

    /** What datagrams cannot do, asked of a client that may come to use them. */
    static GatewayException needsStreams(String what) {
        String message = what + " need a stream transport, and among this client's URLs is udp://, where datagrams are"
                + " lost and come out of order; use a client whose URLs are all tcp://";
        return notProcessed(ErrorCode.UNSUPPORTED, message, null);
    }

    /** Why no connection came about, from what the system said. */
    static GatewayException connectFailed(Endpoint endpoint, Throwable cause) {
        String what;
        if (cause instanceof UnknownHostException) {
            what = "unknown host '" + endpoint.host() + "'";
        } else if (cause instanceof ConnectTimeoutException) {
            what = "no answer within the connect timeout";
        } else if (cause instanceof NoRouteToHostException) {
            what = "no route to the host";
        } else if (cause instanceof ConnectException) {
            what = "connection refused (is the gateway running there?)";
        } else if (cause instanceof PortUnreachableException) {
            what = "nobody listens on that port (is the gateway running there, with a udp listener?)";
        } else {
            what = describe(cause);
        }
        return notProcessed(ErrorCode.UNAVAILABLE, endpoint + ": " + what, cause);
    }

    /** A lost connection; what it means for a request under way is told by {@link #seenBy}. */
    static GatewayException lost(Endpoint endpoint, String what, @Nullable Throwable cause) {
        Duration retryAfter =
                cause instanceof GatewayException told ? told.retryAfter().orElse(null) : null;
        return GatewayException.ofCall(
                ErrorCode.UNAVAILABLE.code(), "connection to " + endpoint + " lost: " + what, false, retryAfter, cause);
    }

    static GatewayException lost(Endpoint endpoint, @Nullable Throwable cause) {
        return lost(endpoint, cause == null ? "closed by the gateway" : describe(cause), cause);
    }

    private static String describe(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    /** What the gateway said instead of welcoming the client, or when it ended the session for good. */
    static GatewayException refused(Endpoint endpoint, GatewayException fault) {
        return GatewayException.ofCall(
                fault.rawCode(),
                endpoint + ": refused, " + fault.getMessage(),
                true,
                fault.retryAfter().orElse(null),
                fault);
    }

    static GatewayException unknownVersion(Endpoint endpoint, long version) {
        return notProcessed(
                ErrorCode.VERSION, endpoint + ": the gateway speaks version " + version + " of the protocol", null);
    }

    /** A round over all gateways that ended without a connection; without faults if none of them was to be asked yet. */
    static GatewayException notConnected(List<GatewayException> faults) {
        if (faults.isEmpty()) {
            return unavailable("the gateways have asked not to be tried again so soon");
        }
        GatewayException last = faults.get(faults.size() - 1);
        if (faults.size() == 1 && last.notProcessed()) {
            return last;
        }
        String message = faults.stream().map(Throwable::getMessage).collect(Collectors.joining("; "));
        return GatewayException.ofCall(
                last.rawCode(), message, true, last.retryAfter().orElse(null), last);
    }

    /** The same fault as one request sees it. */
    static GatewayException seenBy(GatewayException fault, boolean notProcessed) {
        return GatewayException.ofCall(fault.rawCode(), String.valueOf(fault.getMessage()), notProcessed, null, fault);
    }

    /** Whether a gateway that says so means: do not come back. */
    static boolean isFinal(ErrorCode code) {
        return code == ErrorCode.UNAUTHENTICATED || code == ErrorCode.FORBIDDEN;
    }
}
