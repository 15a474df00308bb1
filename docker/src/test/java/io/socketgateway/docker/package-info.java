/**
 * The image and what it promises, tested with a real engine. Everything here goes through mapped ports or between
 * containers: nothing is measured, and who sends datagrams paces itself, since the engine's proxy loses bursts of them.
 */
@NullMarked
package io.socketgateway.docker;

import org.jspecify.annotations.NullMarked;
