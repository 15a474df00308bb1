package io.socketgateway.server.routing;

import org.jspecify.annotations.Nullable;

/** Workers that share the requests of a service. Read by any loop; changed with the tree's lock held. */
final class WorkerGroup {
    private final Ring<Worker> workers = new Ring<>();
    private volatile int turn; // after the one chosen last; loops that choose at once may choose the same
    private Ring.@Nullable Place<WorkerGroup> place; // among the service's groups

    Ring<Worker> workers() {
        return workers;
    }

    void placed(Ring.Place<WorkerGroup> at) {
        place = at;
    }

    Ring.@Nullable Place<WorkerGroup> place() {
        return place;
    }

    /** The worker with the fewest requests under way of those that take any, ties in turn; null if none does. */
    @Nullable
    Worker fewestUnderWay() {
        int count = workers.size();
        if (count == 1) {
            Worker only = workers.get(0);
            return only != null && only.takesRequests() ? only : null;
        }
        int start = turn;
        Worker best = null;
        int fewest = Integer.MAX_VALUE;
        int chosen = start;
        for (int i = 0; i < count && fewest > 0; i++) {
            int index = (start + i) % count;
            Worker worker = workers.get(index);
            if (worker != null && worker.takesRequests()) {
                int underWay = worker.underWay();
                if (underWay < fewest) {
                    best = worker;
                    fewest = underWay;
                    chosen = index;
                }
            }
        }
        if (best != null) {
            turn = chosen + 1;
        }
        return best;
    }
}
