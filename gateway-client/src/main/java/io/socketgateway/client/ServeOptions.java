package io.socketgateway.client;

/**
 * How a service shares its requests with others, and how many it takes on at once. Immutable.
 *
 * <pre>{@code
 * client.serve("thumbnails.make", ServeOptions.defaults().withConcurrency(4).withQueueCapacity(16), this::thumbnail);
 * }</pre>
 *
 * @param group the workers of one group share its requests; empty means {@code default}
 * @param concurrency how many requests are handled at once, at least 1
 * @param queueCapacity how many more may wait for that; what comes on top is answered ERROR 503, NOT_PROCESSED. At least
 *     0
 */
public record ServeOptions(String group, int concurrency, int queueCapacity) {
    /** How many requests are handled at once unless told otherwise. */
    public static final int DEFAULT_CONCURRENCY = 64;
    /** How many requests may wait unless told otherwise. */
    public static final int DEFAULT_QUEUE_CAPACITY = 1024;

    private static final ServeOptions DEFAULTS = new ServeOptions("", DEFAULT_CONCURRENCY, DEFAULT_QUEUE_CAPACITY);

    public ServeOptions {
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency: under 1");
        }
        if (queueCapacity < 0) {
            throw new IllegalArgumentException("queueCapacity: negative");
        }
    }

    /** Group {@code default}, {@value #DEFAULT_CONCURRENCY} at once, {@value #DEFAULT_QUEUE_CAPACITY} waiting. */
    public static ServeOptions defaults() {
        return DEFAULTS;
    }

    /** The same with that group. */
    public ServeOptions withGroup(String newGroup) {
        return new ServeOptions(newGroup, concurrency, queueCapacity);
    }

    /** The same with that many at once. */
    public ServeOptions withConcurrency(int newConcurrency) {
        return new ServeOptions(group, newConcurrency, queueCapacity);
    }

    /** The same with that many waiting. */
    public ServeOptions withQueueCapacity(int newCapacity) {
        return new ServeOptions(group, concurrency, newCapacity);
    }
}
