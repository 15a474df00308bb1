package io.socketgateway.server.service;

import io.socketgateway.protocol.Frame;
import io.socketgateway.server.routing.Answerer;
import io.socketgateway.server.routing.Call;
import io.socketgateway.server.routing.Worker;
import org.jspecify.annotations.Nullable;

/** One answer to a request; if a stream was asked for it waits until it has credit. Belongs to the loop of the call. */
final class SingleAnswer implements Answerer.Answering {
    private final Call call;
    private final Worker worker;
    private boolean hasCredit;
    private boolean ended;
    private @Nullable Frame held;
    private @Nullable Runnable onCancel;

    SingleAnswer(Call call, Worker worker) {
        this.call = call;
        this.worker = worker;
        this.hasCredit = call.credit() != 0;
    }

    /** Has that done if the requester cancels before there is an answer. */
    void onCancel(Runnable action) {
        onCancel = action;
    }

    /** Hands a RESPONSE or ERROR to the requester, now or when it has credit for it. */
    void answer(Frame answer) {
        if (ended) {
            return;
        }
        boolean needsCredit =
                answer instanceof Frame.Response response && !response.payload().isEmpty();
        if (needsCredit && !hasCredit) {
            held = answer;
            return;
        }
        ended = true;
        worker.ended();
        call.receive(answer);
    }

    @Override
    public void credit(long responses) {
        hasCredit |= responses > 0;
        Frame answer = held;
        if (answer != null && hasCredit) {
            held = null;
            answer(answer);
        }
    }

    @Override
    public void cancel() {
        if (!ended) {
            ended = true;
            worker.ended();
            if (onCancel != null) {
                onCancel.run();
            }
        }
    }
}
