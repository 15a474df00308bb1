package io.socketgateway.client.internal;

import io.socketgateway.protocol.id.IdMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which call an id belongs to, on one connection. Ids rise, are never 0 and never in use twice. Belongs to the event loop. */
final class Correlation {
    private final IdMap<Entry> entries = new IdMap<>(8);
    private int lastId;
    private int underWay;

    /**
     * A call with where its frame ends.
     *
     * @param position see {@link Transport#mayHaveBeenSent}
     */
    record Entry(Call call, long position) {}

    Correlation(int lastId) {
        this.lastId = lastId;
    }

    /** An id that is free. */
    int nextId() {
        do {
            lastId++;
        } while (lastId == 0 || entries.contains(lastId));
        return lastId;
    }

    void put(int id, Call call, long position) {
        entries.put(id, new Entry(call, position));
        if (call.isUnderWay()) {
            underWay++;
        }
    }

    @Nullable
    Call call(int id) {
        Entry entry = entries.get(id);
        return entry == null ? null : entry.call();
    }

    @Nullable
    Call remove(int id) {
        Entry entry = entries.remove(id);
        if (entry == null) {
            return null;
        }
        if (entry.call().isUnderWay()) {
            underWay--;
        }
        return entry.call();
    }

    /** How many calls closing has to wait for. */
    int underWay() {
        return underWay;
    }

    /** Empties it, in no order. */
    List<Entry> removeAll() {
        List<Entry> all = new ArrayList<>(entries.values());
        entries.clear();
        underWay = 0;
        return all;
    }
}
