package io.socketgateway.server.routing;

import io.socketgateway.protocol.SubjectPattern;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One offer to answer the requests of a pattern. */
public final class Worker {
    /** The group of those that name none. */
    public static final String DEFAULT_GROUP = "default";

    private final Answerer answerer;
    private final SubjectPattern pattern;
    private final String groupName;
    private final AtomicInteger underWay = new AtomicInteger();
    private final boolean isCounted;
    private volatile Ring.@Nullable Place<Worker> place; // null before it stands among the others and once it has ended

    /**
     * A worker that stands nowhere yet.
     *
     * @param groupName empty means {@value #DEFAULT_GROUP}
     */
    public Worker(Answerer answerer, SubjectPattern pattern, String groupName) {
        this.answerer = answerer;
        this.isCounted = !answerer.answersAtOnce();
        this.pattern = pattern;
        this.groupName = groupName.isEmpty() ? DEFAULT_GROUP : groupName;
    }

    /** The subjects it answers. */
    public SubjectPattern pattern() {
        return pattern;
    }

    String groupName() {
        return groupName;
    }

    void placed(Ring.Place<Worker> at) {
        place = at;
    }

    /** Gives up its place, which it had since it was placed. */
    Ring.@Nullable Place<Worker> leave() {
        Ring.Place<Worker> at = place;
        place = null;
        return at;
    }

    /** Whether it still stands among the others. Any thread. */
    boolean isOffered() {
        return place != null;
    }

    boolean takesRequests() {
        return answerer.takesRequests();
    }

    int underWay() {
        return underWay.get();
    }

    Answerer.Answering answer(Call call) {
        if (isCounted) {
            underWay.incrementAndGet();
        }
        return answerer.answer(call, this);
    }

    /** One of its requests has ended, before the answer is handed over. Any thread. */
    public void ended() {
        if (isCounted) {
            underWay.decrementAndGet();
        }
    }
}
