package io.socketgateway.server.config;

import java.util.List;
import java.util.Locale;

/** The right name that a wrong one most resembles. */
final class Nearest {
    private Nearest() {}

    /** Of the names (at least one), the one with the smallest edit distance; the first of equals. */
    static String to(String wrong, List<String> names) {
        String best = names.get(0);
        int least = Integer.MAX_VALUE;
        for (String name : names) {
            int distance =
                    Math.min(distance(plain(wrong), plain(name)), 1 + distance(plain(leaf(wrong)), plain(leaf(name))));
            if (distance < least) {
                least = distance;
                best = name;
            }
        }
        return best;
    }

    /** How many letters must be put in, left out or changed to make one text of the other. */
    static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int column = 0; column < row.length; column++) {
            row[column] = column;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[row.length - 1];
    }

    private static String leaf(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** Without what people mix up: case, dashes, underscores. */
    private static String plain(String name) {
        String shortened = name.length() <= 200 ? name : name.substring(0, 200);
        return shortened.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }
}
