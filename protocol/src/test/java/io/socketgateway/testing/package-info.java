/**
 * What the tests of every module share; published as the protocol's test-jar. Nothing here runs outside tests.
 */
@NullMarked
package io.socketgateway.testing;

import org.jspecify.annotations.NullMarked;
