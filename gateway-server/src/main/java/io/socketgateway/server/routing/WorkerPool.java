package io.socketgateway.server.routing;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All workers of one pattern, in their groups. Read by any loop; changed with the tree's lock held. */
final class WorkerPool {
    private final Ring<WorkerGroup> groups = new Ring<>();
    private final Map<String, WorkerGroup> groupsByName = new HashMap<>(2);
    private volatile int turn; // after the group chosen last; loops that choose at once may choose the same

    void add(Worker worker) {
        WorkerGroup group = groupsByName.get(worker.groupName());
        if (group == null) {
            group = new WorkerGroup();
            groupsByName.put(worker.groupName(), group);
            group.placed(groups.add(group));
        }
        worker.placed(group.workers().add(worker));
    }

    /** Removes a worker; tells whether none is left. */
    boolean remove(Worker worker) {
        Ring.Place<Worker> place = worker.leave();
        WorkerGroup group = groupsByName.get(worker.groupName());
        if (place == null || group == null) {
            return false;
        }
        group.workers().remove(place);
        Ring.Place<WorkerGroup> groupPlace = group.place();
        if (group.workers().isEmpty() && groupPlace != null) {
            groupsByName.remove(worker.groupName());
            groups.remove(groupPlace);
        }
        return groups.isEmpty();
    }

    /** The next worker: the groups in turn, in the group the one with the fewest under way; null if none takes more. */
    @Nullable
    Worker next() {
        int count = groups.size();
        if (count == 1) {
            WorkerGroup only = groups.get(0);
            return only == null ? null : only.fewestUnderWay();
        }
        int start = turn;
        for (int i = 0; i < count; i++) {
            int index = (start + i) % count;
            WorkerGroup group = groups.get(index);
            Worker worker = group == null ? null : group.fewestUnderWay();
            if (worker != null) {
                turn = index + 1;
                return worker;
            }
        }
        return null;
    }
}
