package io.socketgateway.server;

import io.socketgateway.server.config.Limit;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says of a test which limit it reaches, and how far. {@link LimitTableTest} sees to it that none is left out. */
@Repeatable(Reaches.All.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Reaches {
    /** The limit. */
    Limit limit();

    /** How far: a time is reached and passed at once. */
    Reach[] at();

    /** Several limits in one test. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface All {
        /** All of them. */
        Reaches[] value();
    }
}
