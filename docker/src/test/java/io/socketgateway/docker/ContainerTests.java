package io.socketgateway.docker;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests that need an engine. Where none answers they are skipped; the variable {@code CONTAINER_TESTS} says otherwise:
 * {@code required} makes that a failure, {@code off} skips them in any case.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(EngineCondition.class)
@interface ContainerTests {}
