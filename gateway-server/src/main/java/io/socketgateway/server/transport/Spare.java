package io.socketgateway.server.transport;

import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * File descriptors held for everything that is no connection. When none is left for one more connection these are let go, so
 * that classes can still be loaded and files opened; no connection is accepted until they are held again. Any thread.
 */
final class Spare {
    /** How many are held. */
    static final int COUNT = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Spare.class);

    private final List<DatagramChannel> held = new ArrayList<>();

    /** Whether they are held. */
    synchronized boolean isHeld() {
        return !held.isEmpty();
    }

    /** Holds them, if with them held there is one more for a connection; returns whether they are held. */
    synchronized boolean hold() {
        if (held.isEmpty()) {
            try {
                for (int i = 0; i < COUNT; i++) {
                    held.add(DatagramChannel.open()); // bound to nothing: a number, no more
                }
                DatagramChannel.open().close();
            } catch (IOException noneLeft) {
                release();
            }
        }
        return isHeld();
    }

    /** Lets them go. */
    synchronized void release() {
        for (DatagramChannel channel : held) {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.debug("a spare descriptor", e);
            }
        }
        held.clear();
    }
}
