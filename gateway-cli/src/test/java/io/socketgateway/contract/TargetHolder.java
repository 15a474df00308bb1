package io.socketgateway.contract;

/** Whoever knows the gateway that the tests run against. */
public interface TargetHolder {
    /** The gateway; the same one for all tests of a class. */
    Target target();
}
