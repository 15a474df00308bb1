package io.socketgateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
    private static String[] pairs(int count) {
        String[] pairs = new String[2 * count];
        for (int i = 0; i < count; i++) {
            pairs[2 * i] = "name" + i;
            pairs[2 * i + 1] = "v" + i;
        }
        return pairs;
    }

    @Test
    void headers_keep_their_order() {
        Headers headers = Headers.of("b", "1", "a", "2");
        assertThat(headers.size()).isEqualTo(2);
        assertThat(headers.name(0)).isEqualTo("b");
        assertThat(headers.value(0)).isEqualTo("1");
        assertThat(headers.name(1)).isEqualTo("a");
        assertThat(headers.value(1)).isEqualTo("2");
        List<String> seen = new ArrayList<>();
        headers.forEach((name, value) -> seen.add(name + "=" + value));
        assertThat(seen).containsExactly("b=1", "a=2");
        assertThat(headers.toMap()).containsExactly(Map.entry("b", "1"), Map.entry("a", "2"));
        assertThat(headers).hasToString("{b=1, a=2}");
    }

    @Test
    void a_value_is_found_by_its_exact_name() {
        Headers headers = Headers.of("Name", "1", "name", "2", "none", "");
        assertThat(headers.get("Name")).isEqualTo("1");
        assertThat(headers.get("name")).isEqualTo("2");
        assertThat(headers.get("none")).isEmpty();
        assertThat(headers.get("NAME")).isNull();
    }

    @Test
    void no_pairs_are_the_empty_headers() {
        assertThat(Headers.of()).isSameAs(Headers.EMPTY);
        assertThat(Headers.of(Map.of())).isSameAs(Headers.EMPTY);
        assertThat(Headers.EMPTY.isEmpty()).isTrue();
        assertThat(Headers.EMPTY.size()).isZero();
        assertThat(Headers.of("a", "b").isEmpty()).isFalse();
    }

    @Test
    void a_map_gives_the_same_as_its_pairs() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("z", "1");
        map.put("a", "2");
        assertThat(Headers.of(map)).isEqualTo(Headers.of("z", "1", "a", "2"));
    }

    @Test
    void a_change_of_the_array_given_or_of_the_map_handed_out_changes_nothing() {
        String[] pairs = {"a", "1"};
        Headers headers = Headers.of(pairs);
        pairs[1] = "2";
        headers.toMap().put("a", "3");
        assertThat(headers.get("a")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64})
    void up_to_64_pairs_are_taken(int count) {
        assertThat(Headers.of(pairs(count)).size()).isEqualTo(count);
    }

    @ParameterizedTest
    @ValueSource(ints = {65, 60_000})
    void over_64_pairs_are_refused(int count) {
        BrokenRule.isToldBy(() -> Headers.of(pairs(count)), "headers: over 64 pairs");
    }

    @Test
    void up_to_8192_bytes_in_all_are_taken() {
        assertThat(Headers.of("n", "v".repeat(8191)).size()).isEqualTo(1);
        assertThat(Headers.of("a", "v".repeat(4095), "b", "v".repeat(4095)).size())
                .isEqualTo(2);
        assertThat(Headers.of("n".repeat(8192), "").size()).isEqualTo(1);
        assertThat(Headers.of("n", "é".repeat(4095) + "x").size()).isEqualTo(1);
    }

    @Test
    void over_8192_bytes_in_all_are_refused() {
        BrokenRule.isToldBy(() -> Headers.of("n", "v".repeat(8192)), "headers: over 8192 bytes");
        BrokenRule.isToldBy(() -> Headers.of("a", "v".repeat(4095), "b", "v".repeat(4096)), "over 8192 bytes");
        BrokenRule.isToldBy(() -> Headers.of("n".repeat(8193), ""), "over 8192 bytes");
        BrokenRule.isToldBy(() -> Headers.of("n", "é".repeat(4096)), "over 8192 bytes");
    }

    @Test
    void a_name_is_printable_ascii() {
        for (char c = 0; c < 0x100; c++) {
            String name = "n" + c;
            if (c >= 0x20 && c <= 0x7E) {
                assertThat(Headers.of(name, "").name(0)).isEqualTo(name);
            } else {
                BrokenRule.isToldBy(() -> Headers.of(name, ""), "headers: name is not printable ASCII");
            }
        }
        BrokenRule.isToldBy(() -> Headers.of("😀", ""), "headers: name is not printable ASCII");
        BrokenRule.isToldBy(() -> Headers.of("", "v"), "headers: empty name");
    }

    @Test
    void a_name_may_not_come_twice() {
        BrokenRule.isToldBy(() -> Headers.of("a", "1", "b", "2", "a", "1"), "headers: 'a' twice");
        assertThat(Headers.of("a", "1", "A", "1").size()).isEqualTo(2);
    }

    @Test
    void a_value_may_be_any_text_but_an_unpaired_surrogate() {
        assertThat(Headers.of("n", "\u0000 é😀\n").value(0)).isEqualTo("\u0000 é😀\n");
        BrokenRule.isToldBy(() -> Headers.of("n", "\uD800"), "headers: unpaired surrogate");
        BrokenRule.isToldBy(() -> Headers.of("n", "\uDC00\uD800"), "headers: unpaired surrogate");
    }

    @Test
    void a_missing_value_is_the_callers_fault() {
        assertThatIllegalArgumentException().isThrownBy(() -> Headers.of("a"));
    }

    @Test
    void headers_are_equal_by_their_pairs_in_order() {
        Headers headers = Headers.of("a", "1", "b", "2");
        assertThat(headers).isEqualTo(Headers.of("a", "1", "b", "2")).hasSameHashCodeAs(Headers.of("a", "1", "b", "2"));
        assertThat(headers).isNotEqualTo(Headers.of("b", "2", "a", "1")).isNotEqualTo(Headers.EMPTY);
    }
}
