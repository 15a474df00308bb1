package io.socketgateway.server.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectTreeTest {
    private static final String[] TOKENS = {"a", "b", "c", "gateway", "client"};

    private final SubjectTree<String> tree = new SubjectTree<>();

    private void add(String pattern) {
        tree.change(SubjectPattern.of(pattern), SubjectPattern::value, value -> {});
    }

    private void remove(String pattern) {
        tree.changeOrRemove(SubjectPattern.of(pattern), value -> true);
    }

    private List<String> match(String subject) {
        return tree.match(Subject.of(subject));
    }

    private static String randomSubject(Random random) {
        StringBuilder subject = new StringBuilder(TOKENS[random.nextInt(TOKENS.length)]);
        for (int i = random.nextInt(4); i > 0; i--) {
            subject.append('.').append(TOKENS[random.nextInt(3)]);
        }
        return subject.toString();
    }

    private static String randomPattern(Random random) {
        String[] tokens = randomSubject(random).split("\\.", -1);
        for (int i = 0; i < tokens.length; i++) {
            int kind = random.nextInt(4);
            if (kind == 0) {
                tokens[i] = "*";
            } else if (kind == 1 && i == tokens.length - 1) {
                tokens[i] = ">";
            }
        }
        return String.join(".", tokens);
    }

    /** Token by token from the left: a literal before one, that before the rest. */
    private static String rank(String pattern) {
        StringBuilder rank = new StringBuilder();
        for (String token : pattern.split("\\.", -1)) {
            rank.append(token.equals(">") ? '3' : token.equals("*") ? '2' : '1');
        }
        return rank.toString();
    }

    private static List<String> expected(Iterable<String> patterns, String text) {
        List<String> matching = new ArrayList<>();
        Subject subject = Subject.of(text);
        for (String pattern : patterns) {
            if (SubjectPattern.of(pattern).matches(subject)) {
                matching.add(pattern);
            }
        }
        matching.sort(Comparator.comparing(SubjectTreeTest::rank));
        return matching;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void randomChangesAgreeWithThePatternsThemselves(long seed) {
        Random random = new Random(seed);
        Map<String, Boolean> present = new HashMap<>();
        for (int step = 0; step < 1_500; step++) {
            String pattern = randomPattern(random);
            if (present.remove(pattern) == null) {
                present.put(pattern, true);
                add(pattern);
            } else {
                remove(pattern);
            }
            for (int i = 0; i < 4; i++) {
                String subject = randomSubject(random);
                assertThat(match(subject)).as(subject).isEqualTo(expected(present.keySet(), subject));
            }
        }
        List.copyOf(present.keySet()).forEach(this::remove);
        for (int i = 0; i < 100; i++) {
            assertThat(match(randomSubject(random))).isEmpty();
        }
    }

    @Test
    void theMostSpecificComesFirst() {
        List<String> inOrder = List.of(
                "a.b.c", "a.b.*", "a.b.>", "a.*.c", "a.*.*", "a.*.>", "a.>", "*.b.c", "*.b.*", "*.b.>", "*.>", ">");
        List<String> reversed = new ArrayList<>(inOrder);
        Collections.reverse(reversed);
        reversed.forEach(this::add);
        assertThat(match("a.b.c")).isEqualTo(inOrder);
    }

    @Test
    void wildcardsInTheFirstTokenDoNotMatchReservedSubjects() {
        List.of(">", "*", "*.echo", "gateway.>").forEach(this::add);
        assertThat(match("gateway.echo")).containsExactly("gateway.>");
        assertThat(match("gateway")).isEmpty();
        assertThat(match("client.me")).isEmpty();
        assertThat(match("clients.echo")).containsExactly("*.echo", ">");
    }

    @Test
    void theValueOfAPatternIsMadeOnceAndChangedInPlace() {
        SubjectTree<List<String>> lists = new SubjectTree<>();
        SubjectPattern pattern = SubjectPattern.of("a.*");
        for (String each : List.of("x", "y")) {
            lists.change(pattern, made -> new ArrayList<>(), list -> list.add(each));
        }
        List<List<String>> found = lists.match(Subject.of("a.b"));
        assertThat(found).containsExactly(List.of("x", "y"));
        lists.changeOrRemove(pattern, list -> {
            list.remove("x");
            return list.isEmpty();
        });
        assertThat(lists.match(Subject.of("a.b"))).isSameAs(found).containsExactly(List.of("y"));
        lists.changeOrRemove(pattern, list -> {
            list.remove("y");
            return list.isEmpty();
        });
        assertThat(lists.match(Subject.of("a.b"))).isEmpty();
        lists.changeOrRemove(pattern, list -> {
            throw new AssertionError("there is none");
        });
    }

    @Test
    void aChangeDropsOnlyTheMatchesThatItTouches() {
        add("a.>");
        List<String> touched = match("a.b");
        List<String> untouched = match("b.c");
        List<String> alsoUntouched = match("a.c");
        add("a.b");
        assertThat(match("a.b")).isNotSameAs(touched).containsExactly("a.b", "a.>");
        assertThat(match("b.c")).isSameAs(untouched);
        assertThat(match("a.c")).isSameAs(alsoUntouched);
        add("b.*");
        assertThat(match("b.c")).containsExactly("b.*");
        assertThat(match("a.c")).isSameAs(alsoUntouched);
    }

    @Test
    void theCacheIsBoundedAndAgreesAfterItTurnedOver() {
        add("s.*");
        for (int i = 0; i < 5 * RecentMatches.CACHED; i++) {
            assertThat(match("s." + i)).containsExactly("s.*");
            assertThat(tree.cached()).isLessThanOrEqualTo(2 * RecentMatches.CACHED + 1);
        }
        add("s.7");
        remove("s.*");
        assertThat(match("s.7")).containsExactly("s.7");
        assertThat(match("s.8")).isEmpty();
        assertThat(match("s." + (5 * RecentMatches.CACHED - 1))).isEmpty();
    }

    /** A reader beside a change may find what was there before it; one behind it may not. */
    @ParameterizedTest
    @ValueSource(strings = {"hot.*", "hot.x"})
    void noReaderBesideAChangeKeepsWhatWasThereBeforeIt(String pattern) throws Exception {
        ExecutorService readers = Executors.newFixedThreadPool(2);
        CyclicBarrier begin = new CyclicBarrier(3);
        AtomicBoolean changing = new AtomicBoolean(true);
        Subject hot = Subject.of("hot.x");
        List<Subject> filling = new ArrayList<>();
        for (int i = 0; i < RecentMatches.CACHED; i++) {
            filling.add(Subject.of("hot." + i + ".y"));
        }
        try {
            int rounds = 300;
            List<Future<?>> reading = new ArrayList<>();
            for (int r = 0; r < 2; r++) {
                reading.add(readers.submit(() -> {
                    for (int round = 0; round < rounds; round++) {
                        begin.await(30, TimeUnit.SECONDS);
                        while (changing.get()) {
                            tree.match(hot);
                        }
                        begin.await(30, TimeUnit.SECONDS);
                    }
                    return null;
                }));
            }
            for (int round = 0; round < rounds; round++) {
                tree.match(hot);
                filling.forEach(tree::match); // now it stands in the older half of the cache
                changing.set(true);
                begin.await(30, TimeUnit.SECONDS);
                if (round % 2 == 0) {
                    add(pattern);
                } else {
                    remove(pattern);
                }
                changing.set(false);
                begin.await(30, TimeUnit.SECONDS);
                assertThat(tree.match(hot))
                        .as("round %d", round)
                        .isEqualTo(round % 2 == 0 ? List.of(pattern) : List.of());
            }
            for (Future<?> each : reading) {
                each.get(30, TimeUnit.SECONDS);
            }
        } finally {
            readers.shutdownNow();
        }
    }

    @Test
    void readersAndChangersMayRunTogether() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> running = new ArrayList<>();
        AtomicBoolean going = new AtomicBoolean(true);
        add("stays.>");
        try {
            for (int c = 0; c < 2; c++) {
                String mine = c == 0 ? "c0." : "c1.";
                running.add(threads.submit(() -> {
                    Random random = new Random(mine.hashCode());
                    Map<String, Boolean> present = new HashMap<>();
                    for (int step = 0; step < 1_000; step++) {
                        String pattern = mine + randomPattern(random);
                        if (present.remove(pattern) == null) {
                            present.put(pattern, true);
                            add(pattern);
                        } else {
                            remove(pattern);
                        }
                        String subject = mine + randomSubject(random);
                        assertThat(match(subject)).isEqualTo(expected(present.keySet(), subject));
                    }
                    return null;
                }));
            }
            List<Future<?>> readers = new ArrayList<>();
            for (int r = 0; r < 2; r++) {
                long seed = r;
                readers.add(threads.submit(() -> {
                    Random random = new Random(seed);
                    while (going.get()) {
                        String subject = randomSubject(random);
                        assertThat(match("stays." + subject)).containsExactly("stays.>");
                        String other = "c" + random.nextInt(2) + "." + subject;
                        for (String pattern : match(other)) {
                            assertThat(SubjectPattern.of(pattern).matches(Subject.of(other)))
                                    .isTrue();
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
            going.set(false);
            for (Future<?> each : readers) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            going.set(false);
            threads.shutdownNow();
        }
    }
}
