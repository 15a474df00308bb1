package io.socketgateway.server.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.SubjectPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {
    private final WorkerPool pool = new WorkerPool();

    /** A worker that takes requests or not, and whose requests end when the test says so. */
    private static final class Willing implements Answerer {
        boolean willing = true;

        @Override
        public boolean takesRequests() {
            return willing;
        }

        @Override
        public Answering answer(Call call, Worker worker) {
            return new Answering() {
                @Override
                public void cancel() {}

                @Override
                public void credit(long responses) {}
            };
        }
    }

    private final Map<Worker, Willing> answerers = new HashMap<>();
    private final Map<Worker, Integer> underWay = new HashMap<>();

    private Worker worker(String group) {
        Willing answerer = new Willing();
        Worker worker = new Worker(answerer, SubjectPattern.of("s"), group);
        answerers.put(worker, answerer);
        underWay.put(worker, 0);
        pool.add(worker);
        return worker;
    }

    @SuppressWarnings("NullAway") // no call is needed to count
    private Worker begin() {
        Worker chosen = pool.next();
        if (chosen != null) {
            chosen.answer(null);
            underWay.merge(chosen, 1, Integer::sum);
        }
        return chosen;
    }

    private void end(Worker worker) {
        worker.ended();
        underWay.merge(worker, -1, Integer::sum);
    }

    @Test
    void nobodyIsNobody() {
        assertThat(pool.next()).isNull();
        Worker one = worker("");
        assertThat(pool.next()).isSameAs(one);
        assertThat(pool.remove(one)).isTrue();
        assertThat(pool.next()).isNull();
        assertThat(pool.remove(one)).isFalse();
        assertThat(one.isOffered()).isFalse();
    }

    @Test
    void theEmptyGroupIsDefault() {
        Worker unnamed = worker("");
        Worker named = worker(Worker.DEFAULT_GROUP);
        assertThat(List.of(begin(), begin())).containsExactlyInAnyOrder(unnamed, named);
        assertThat(unnamed.groupName()).isEqualTo("default");
    }

    @Test
    void groupsTakeTurnsWhateverTheyHaveUnderWay() {
        Worker a = worker("a");
        List<Worker> bs = List.of(worker("b"), worker("b"), worker("b"));
        List<Worker> order = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            order.add(begin());
        }
        for (int i = 0; i < order.size(); i++) {
            assertThat(order.get(i) == a).isEqualTo(i % 2 == 0);
        }
        bs.forEach(b -> assertThat(underWay.get(b)).isEqualTo(2));
    }

    @Test
    void whoTakesNoneIsPassedOver() {
        Worker a = worker("a");
        Worker b = worker("b");
        answerers.get(a).willing = false;
        for (int i = 0; i < 5; i++) {
            assertThat(begin()).isSameAs(b);
        }
        answerers.get(b).willing = false;
        assertThat(begin()).isNull();
        answerers.get(a).willing = true;
        assertThat(begin()).isSameAs(a);
    }

    @Test
    void withSomeUnwillingTheOthersTakeTurns() {
        List<Worker> workers = List.of(worker(""), worker(""), worker(""), worker(""));
        answerers.get(workers.get(1)).willing = false;
        List<Worker> order = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Worker chosen = begin();
            end(chosen);
            order.add(chosen);
        }
        for (int i = 0; i < order.size(); i++) {
            assertThat(order.get(i)).isNotSameAs(workers.get(1)).isSameAs(order.get(i % 3));
        }
    }

    @Test
    void amongRandomComingGoingAndEndingTheFewestIsChosenAlways() {
        Random random = new Random(5);
        List<Worker> workers = new ArrayList<>();
        List<Worker> running = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            int what = random.nextInt(10);
            if (workers.isEmpty() || what == 0 && workers.size() < 20) {
                workers.add(worker(""));
            } else if (what == 1) {
                Worker gone = workers.remove(random.nextInt(workers.size()));
                assertThat(pool.remove(gone)).isEqualTo(workers.isEmpty());
            } else if (what < 5 && !running.isEmpty()) {
                end(running.remove(random.nextInt(running.size())));
            } else {
                int fewest = workers.stream().mapToInt(underWay::get).min().orElseThrow();
                Worker chosen = begin();
                assertThat(workers).contains(chosen);
                assertThat(underWay.get(chosen)).isEqualTo(fewest + 1);
                assertThat(chosen.underWay()).isEqualTo(fewest + 1);
                running.add(chosen);
            }
        }
    }

    @Test
    void aGroupWithoutWorkersHasNoTurn() {
        Worker a = worker("a");
        Worker b = worker("b");
        Worker c = worker("c");
        assertThat(pool.remove(b)).isFalse();
        List<Worker> order = List.of(begin(), begin(), begin(), begin());
        assertThat(order).doesNotContain(b);
        assertThat(order.get(0)).isNotSameAs(order.get(1)).isSameAs(order.get(2));
        pool.remove(a);
        assertThat(begin()).isSameAs(c);
        Worker again = worker("b");
        assertThat(List.of(begin(), begin())).containsExactlyInAnyOrder(again, c);
    }
}
