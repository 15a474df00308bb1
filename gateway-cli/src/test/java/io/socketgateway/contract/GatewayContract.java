package io.socketgateway.contract;

import org.junit.jupiter.api.AfterEach;

/**
 * All that a client may rely on, whatever the transport: run through the real SDK against a real gateway. A test class
 * implements this and says which gateway; what its transport cannot do it leaves out of the target's capabilities, and
 * those tests are skipped.
 *
 * <pre>{@code
 * final class TcpContractTest implements GatewayContract {
 *     public Target target() {
 *         return Target.of("tcp", "tcp://127.0.0.1:" + port);
 *     }
 * }
 * }</pre>
 */
public interface GatewayContract
        extends RequestContract,
                WorkerContract,
                StreamContract,
                PublishContract,
                ClientContract,
                LimitContract,
                LoadContract,
                ClosingContract {
    /** Ends every client that a test has opened. */
    @AfterEach
    default void closeClients() {
        target().closeClients();
    }
}
