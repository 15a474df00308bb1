/** The SDK's public face: no Netty type in it. Any thread may call it; handlers of the user never run on an event loop. */
@NullMarked
package io.socketgateway.client;

import org.jspecify.annotations.NullMarked;
