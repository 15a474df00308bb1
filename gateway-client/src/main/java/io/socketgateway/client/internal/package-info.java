/** What carries the SDK: connection, reconnect, correlation. Not part of the public face; a connection belongs to its event loop. */
@NullMarked
package io.socketgateway.client.internal;

import org.jspecify.annotations.NullMarked;
