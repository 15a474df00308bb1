/**
 * What the gateway and the SDK promise together, told as tests: {@link io.socketgateway.contract.GatewayContract} runs over
 * every transport, the rest puts a {@link io.socketgateway.contract.Relay} between the two and lets it fail.
 */
@NullMarked
package io.socketgateway.contract;

import org.jspecify.annotations.NullMarked;
