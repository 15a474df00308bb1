package io.socketgateway.server.routing;

/** Whoever answers the requests of a worker: a session, or code inside the gateway. */
public interface Answerer {
    /** Whether it can be given more. Any thread. */
    boolean takesRequests();

    /** Whether it is never busy, so that nobody need count what it has under way: loops would contend for that figure. */
    default boolean answersAtOnce() {
        return false;
    }

    /**
     * Takes a request. Called on the loop of the call; the answer comes back through {@link Call#receive} there: a
     * RESPONSE, an ERROR, or {@link Call.Untaken#UNTAKEN}. {@link Worker#ended} is called once for each.
     *
     * @return how to cancel it and how to give it credit, on the loop of the call
     */
    Answering answer(Call call, Worker worker);

    /** A request that is being answered. Its methods belong to the loop of the call. */
    interface Answering {
        /** No answer is wanted any more. */
        void cancel();

        /** So many further responses may come. */
        void credit(long responses);
    }
}
