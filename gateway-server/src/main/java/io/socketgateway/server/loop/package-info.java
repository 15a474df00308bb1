/**
 * What every room of the server needs of an event loop: its time, its timers, the end of its turn, and the way to the
 * other loops. Belongs to that loop's thread.
 */
@NullMarked
package io.socketgateway.server.loop;

import org.jspecify.annotations.NullMarked;
