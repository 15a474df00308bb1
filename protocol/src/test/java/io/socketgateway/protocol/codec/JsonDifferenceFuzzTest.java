package io.socketgateway.protocol.codec;

import com.code_intelligence.jazzer.junit.FuzzTest;

class JsonDifferenceFuzzTest {
    @FuzzTest
    void any_bytes_are_to_us_what_they_are_to_jackson(byte[] bytes) {
        JsonDifference.check(bytes);
    }
}
