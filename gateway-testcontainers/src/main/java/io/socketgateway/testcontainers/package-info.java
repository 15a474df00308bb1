/** The gateway as a container for the integration tests of applications, with Testcontainers. */
@NullMarked
package io.socketgateway.testcontainers;

import org.jspecify.annotations.NullMarked;
