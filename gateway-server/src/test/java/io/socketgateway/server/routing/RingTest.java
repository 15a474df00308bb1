package io.socketgateway.server.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RingTest {
    private final Ring<Integer> ring = new Ring<>();

    private List<Integer> members() {
        List<Integer> members = new ArrayList<>();
        for (int i = 0; i < ring.size(); i++) {
            members.add(ring.get(i));
        }
        return members;
    }

    @Test
    void membersStandInTheOrderOfTheirComing() {
        assertThat(ring.isEmpty()).isTrue();
        assertThat(ring.get(0)).isNull();
        for (int i = 0; i < 100; i++) {
            ring.add(i);
        }
        assertThat(ring.size()).isEqualTo(100);
        assertThat(members()).isSorted().hasSize(100).doesNotHaveDuplicates();
        assertThat(ring.get(100)).isNull();
        assertThat(ring.get(1_000_000)).isNull();
    }

    @Test
    void randomComingAndGoingLosesNobody() {
        Random random = new Random(7);
        List<Ring.Place<Integer>> places = new ArrayList<>();
        List<Integer> present = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            boolean grows = step / 2_000 % 2 == 0;
            if (places.isEmpty() || random.nextInt(10) < (grows ? 7 : 3)) {
                places.add(ring.add(step));
                present.add(step);
            } else {
                int gone = random.nextInt(places.size());
                ring.remove(places.remove(gone));
                present.remove(gone);
            }
            assertThat(ring.size()).isEqualTo(present.size());
            if (step % 100 == 0) {
                assertThat(members()).containsExactlyInAnyOrderElementsOf(present);
            }
        }
        for (Ring.Place<Integer> place : places) {
            ring.remove(place);
        }
        assertThat(ring.isEmpty()).isTrue();
        assertThat(ring.get(0)).isNull();
    }

    @Test
    void readersBesideChangesMeetOnlyMembers() throws Exception {
        for (int i = 0; i < 10; i++) {
            ring.add(i);
        }
        AtomicBoolean going = new AtomicBoolean(true);
        CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(() -> {
            int met = 0;
            while (going.get()) {
                for (int i = 0, count = ring.size(); i < count; i++) {
                    Integer member = ring.get(i);
                    if (member != null) {
                        assertThat(member).isBetween(0, 999);
                        met++;
                    }
                }
            }
            return met;
        });
        Random random = new Random(3);
        List<Ring.Place<Integer>> places = new ArrayList<>();
        for (int step = 0; step < 200_000; step++) {
            if (places.size() < 2 || random.nextBoolean() && places.size() < 500) {
                places.add(ring.add(random.nextInt(1000)));
            } else {
                ring.remove(places.remove(random.nextInt(places.size())));
            }
        }
        going.set(false);
        assertThat(reader.get(30, TimeUnit.SECONDS)).isNotNegative();
    }
}
