package io.xbarflow.testsupport;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Skips a test, or all tests of a class, unless {@code ./verify --long} asked for it. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfSystemProperty(
    named = "xbarflow.long",
    matches = "true",
    disabledReason = "runs with ./verify --long")
public @interface LongRun {}
