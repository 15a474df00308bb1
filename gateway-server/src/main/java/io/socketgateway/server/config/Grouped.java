package io.socketgateway.server.config;

/** Numbers for people: {@code 12,345}, the same in every language. */
public final class Grouped {
    private Grouped() {}

    /** The number with a comma before each three digits: a format would load the world's languages for it. */
    public static String of(long number) {
        StringBuilder digits = new StringBuilder(Long.toString(number));
        int first = number < 0 ? 1 : 0;
        for (int i = digits.length() - 3; i > first; i -= 3) {
            digits.insert(i, ',');
        }
        return digits.toString();
    }
}
