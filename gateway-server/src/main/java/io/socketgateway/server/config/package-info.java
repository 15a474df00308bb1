/**
 * The configuration of a gateway: one tree of immutable records, the one table of keys it is read from ({@link
 * io.socketgateway.server.config.ConfigKeys}), and the loader that lays file, environment and command line over the
 * defaults. Read once, at start, by one thread; the records may be read by any.
 */
@NullMarked
package io.socketgateway.server.config;

import org.jspecify.annotations.NullMarked;
