/**
 * What those who run a gateway ask it over HTTP: whether it lives, whether it is ready, and its metrics. On a thread of its
 * own, so that neither an answer costs the worker loops anything, nor a stuck loop the answer.
 */
@NullMarked
package io.socketgateway.server.admin;

import org.jspecify.annotations.NullMarked;
