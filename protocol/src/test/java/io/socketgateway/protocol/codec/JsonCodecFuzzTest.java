package io.socketgateway.protocol.codec;

import com.code_intelligence.jazzer.junit.FuzzTest;

class JsonCodecFuzzTest {
    @FuzzTest
    void any_json_body_is_a_frame_or_a_fault(byte[] body) {
        if (body.length > 0 && body[0] == '{') {
            FuzzedBody.check(body);
        }
    }
}
