package io.socketgateway.server;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The tests of a class run on one worker loop and on three, where each peer is another loop's, and in both forms. The
 * constructor takes the number of loops and the form.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass(name = "{0} loops, {1}")
@CsvSource({"1, BINARY", "3, BINARY", "1, JSON", "3, JSON"})
@interface LoopsAndForms {}
