/** The programs of {@code examples/}, each run as its reader would, against a real gateway. */
@NullMarked
package io.socketgateway.examples;

import org.jspecify.annotations.NullMarked;
