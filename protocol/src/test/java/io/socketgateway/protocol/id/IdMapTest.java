package io.socketgateway.protocol.id;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IdMapTest {
    private final IdMap<String> map = new IdMap<>(2);

    @Test
    void itHoldsWhatAHashMapHolds() {
        SplittableRandom random = new SplittableRandom(1);
        Map<Integer, String> model = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            int id = random.nextInt(-300, 300);
            if (random.nextInt(3) > 0) {
                map.put(id, "v" + i);
                model.put(id, "v" + i);
            } else {
                assertThat(map.remove(id)).isEqualTo(model.remove(id));
            }
            int asked = random.nextInt(-300, 300);
            assertThat(map.get(asked)).isEqualTo(model.get(asked));
            assertThat(map.contains(asked)).isEqualTo(model.containsKey(asked));
            assertThat(map.size()).isEqualTo(model.size());
        }
        assertThat(map.values()).containsExactlyInAnyOrderElementsOf(model.values());
        map.clear();
        assertThat(map.isEmpty()).isTrue();
        assertThat(map.values()).isEmpty();
    }

    @Test
    void idsAreRemovedByWhatTheyAre() {
        for (int id = Integer.MAX_VALUE - 500; id != Integer.MIN_VALUE + 500; id++) {
            map.put(id, "v" + id);
        }
        map.put(0, "zero");
        map.put(-1, "minus one");
        map.removeIf(id -> id > 0 || id == -1);
        assertThat(map.size()).isEqualTo(501);
        assertThat(map.get(0)).isEqualTo("zero");
        assertThat(map.get(Integer.MIN_VALUE)).isEqualTo("v" + Integer.MIN_VALUE);
        assertThat(map.contains(-1)).isFalse();
        assertThat(map.contains(Integer.MAX_VALUE)).isFalse();
    }
}
