package io.socketgateway.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Subject;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecentSubjectsTest {
    private final RecentSubjects recent = new RecentSubjects();

    private Subject read(String text) {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    private Subject read(byte[] bytes) {
        ByteBuf in = Unpooled.buffer().writeByte('x').writeBytes(bytes).writeByte('y');
        Subject subject = recent.read(in, 1, bytes.length);
        assertThat(in.readerIndex()).isZero();
        return subject;
    }

    @Test
    void whatComesAgainIsTheSameObject() {
        Subject first = read("sensors.1.temperature");
        assertThat(first).isEqualTo(Subject.of("sensors.1.temperature"));
        assertThat(read("sensors.2.temperature")).isEqualTo(Subject.of("sensors.2.temperature"));
        assertThat(read("sensors.1.temperature")).isSameAs(first);
        assertThat(read("größe.漢")).isSameAs(read("größe.漢")).isEqualTo(Subject.of("größe.漢"));
    }

    @Test
    void whatDiffersInTheMiddleHasAPlaceOfItsOwn() {
        Set<Subject> first = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < 16; i++) {
            first.add(read("sensors.number" + i + ".temperature"));
        }
        int kept = 0;
        for (int i = 0; i < 16; i++) {
            kept += first.contains(read("sensors.number" + i + ".temperature")) ? 1 : 0;
        }
        assertThat(kept).isGreaterThan(8);
    }

    @Test
    void whatStandsInAnArrayIsTheSameObjectAsInABuffer() {
        byte[] array = "xx sensors.1.größe yy".getBytes(StandardCharsets.UTF_8);
        Subject first = read("sensors.1.größe");
        assertThat(recent.read(array, 3, array.length - 6)).isSameAs(first);
    }

    @Test
    void moreSubjectsThanPlacesAreAllReadRight() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 4 * RecentSubjects.PLACES; i++) {
                assertThat(read("s." + i).value()).isEqualTo("s." + i);
            }
        }
    }

    @Test
    void whatBeginsOrEndsLikeAnotherIsAnother() {
        assertThat(read("a.b").value()).isEqualTo("a.b");
        assertThat(read("a.b.c").value()).isEqualTo("a.b.c");
        assertThat(read("b").value()).isEqualTo("b");
        assertThat(read("x".repeat(Subject.MAX_BYTES)).value()).hasSize(Subject.MAX_BYTES);
    }

    @Test
    void whatIsNoSubjectIsRefusedEachTime() {
        for (int i = 0; i < 2; i++) {
            for (String bad : new String[] {"", "a..b", "a.*", "a.>", "a b", "x".repeat(Subject.MAX_BYTES + 1)}) {
                assertThatThrownBy(() -> read(bad))
                        .isInstanceOf(ProtocolException.class)
                        .hasMessageContaining("subject");
            }
            assertThatThrownBy(() -> read(new byte[] {'a', (byte) 0xC0}))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("UTF-8");
        }
    }
}
