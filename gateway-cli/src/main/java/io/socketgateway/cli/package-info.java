/** The command line: one class per command. Everything runs on the calling thread unless it says otherwise. */
@NullMarked
package io.socketgateway.cli;

import org.jspecify.annotations.NullMarked;
