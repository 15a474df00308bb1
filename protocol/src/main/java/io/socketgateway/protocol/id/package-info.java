/** What is kept by the ids of frames. Each belongs to the thread of whoever keeps it. */
@NullMarked
package io.socketgateway.protocol.id;

import org.jspecify.annotations.NullMarked;
