/**
 * Services inside the gateway's process: the built-in ones ({@code gateway.*}), which run on the requester's loop, and
 * those of the embedding application, which run on an executor with bounds.
 */
@NullMarked
package io.socketgateway.server.service;

import org.jspecify.annotations.NullMarked;
