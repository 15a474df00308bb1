package io.socketgateway.server.transport;

/** Why a socket cannot be bound, and what helps. */
public final class BindFault {
    private BindFault() {}

    /**
     * The one line for whoever starts the gateway.
     *
     * @param what names the socket: {@code listener tcp://127.0.0.1:7400}
     */
    public static StartException of(String what, String host, int port, Throwable cause) {
        return new StartException(what + ": " + remedy(host, port, String.valueOf(cause.getMessage())), cause);
    }

    /** The same for a host that has no address. */
    public static StartException unresolved(String what, String host) {
        return new StartException(
                what + ": host '" + host + "' does not resolve; use a name or an address of this machine");
    }

    private static String remedy(String host, int port, String message) {
        if (message.contains("in use")) {
            return "port " + port + " is in use; stop what listens there or choose another port";
        }
        if (message.contains("ermission denied")) {
            return "no right to bind port " + port + "; choose a port of 1024 or more, or grant the right";
        }
        if (message.contains("assign requested address")) {
            return "'" + host + "' is not an address of this machine; use one that is, or 0.0.0.0 for all";
        }
        return "cannot bind (" + message + ")";
    }
}
