/** The gateway as a library: configure, start, drain, close. Any thread may call it. */
@NullMarked
package io.socketgateway.server;

import org.jspecify.annotations.NullMarked;
