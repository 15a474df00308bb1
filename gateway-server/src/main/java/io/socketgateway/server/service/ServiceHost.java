package io.socketgateway.server.service;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.SubjectPattern;
import io.socketgateway.server.loop.Loop;
import io.socketgateway.server.routing.Answerer;
import io.socketgateway.server.routing.Call;
import io.socketgateway.server.routing.Worker;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one service of the embedding application on an executor, and carries its answers back to the loops. An executor that
 * runs it at once has it answer within the turn of the request.
 */
public final class ServiceHost implements Answerer {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceHost.class);

    private final Service service;
    private final Executor executor;

    private ServiceHost(Service service, Executor executor) {
        this.service = service;
        this.executor = executor;
    }

    /** A worker for that pattern which runs the service on that executor; what the executor rejects is ERROR 503. */
    public static Worker worker(SubjectPattern pattern, Service service, Executor executor) {
        return new Worker(new ServiceHost(service, executor), pattern, "");
    }

    @Override
    public boolean takesRequests() {
        return true; // the executor says so when asked
    }

    @Override
    public Answering answer(Call call, Worker worker) {
        Loop loop = call.loop();
        call.request().payload().keep(); // the service may do so, too
        ServiceRequest request = new ServiceRequest(
                call.request().subject(),
                call.request().headers(),
                call.request().payload(),
                call.remainingMillis(loop.nowNanos()),
                call.caller());
        SingleAnswer answer = new SingleAnswer(call, worker);
        FutureTask<?> task = new FutureTask<>(
                () -> {
                    Frame frame = handle(request, call.request().id());
                    if (loop.eventLoop().inEventLoop()) {
                        answerHere(answer, frame);
                    } else {
                        loop.handFromOutside(() -> answer.answer(frame));
                    }
                },
                null);
        answer.onCancel(() -> {
            task.cancel(true);
            if (executor instanceof ThreadPoolExecutor pool) {
                pool.remove(task); // if it still waits, it takes no place
            }
        });
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            answer.answer(Frame.Error.notProcessed(0, ErrorCode.UNAVAILABLE, "service: too many requests wait"));
        } catch (RuntimeException | Error e) { // no thread can be made, or a fault of the application's executor
            LOG.error("the executor of the service of '{}' failed", request.subject(), e);
            answer.answer(Frame.Error.of(0, ErrorCode.FAILED, "service failed"));
        }
        return answer;
    }

    /** A fault of ours must not vanish in the task. */
    private static void answerHere(SingleAnswer answer, Frame frame) {
        try {
            answer.answer(frame);
        } catch (RuntimeException | Error e) {
            LOG.error("internal error while a service's answer was carried back", e);
        }
    }

    private Frame handle(ServiceRequest request, int id) {
        try {
            ServiceResponse response = service.handle(request);
            return new Frame.Response(id, false, response.headers(), response.payload());
        } catch (ServiceException e) {
            return Frame.Error.of(0, e.code(), String.valueOf(e.getMessage()));
        } catch (InterruptedException e) { // the requester has cancelled, or the gateway is closing
            LOG.debug("service of '{}' was interrupted", request.subject());
            return Frame.Error.of(0, ErrorCode.CANCELLED, "service was interrupted");
        } catch (Throwable e) { // an Error too must be answered
            LOG.warn("service of '{}' failed", request.subject(), e);
            return Frame.Error.of(0, ErrorCode.FAILED, "service failed");
        }
    }
}
