package io.socketgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.contract.DatagramRelay.Deed;
import io.socketgateway.contract.DatagramRelay.Faults;
import io.socketgateway.contract.Relay.Way;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bad network does what it says, and no more. */
final class DatagramRelayTest {
    private static final int COUNT = 1000;
    private static final int STEP = 50; // what any socket's buffer holds

    private final List<AutoCloseable> opened = new ArrayList<>();
    private DatagramSocket gateway;
    private DatagramSocket client;

    @BeforeEach
    void open() throws IOException {
        gateway = socket();
        client = socket();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private DatagramSocket socket() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        opened.add(socket);
        return socket;
    }

    private DatagramRelay relay(long seed) {
        DatagramRelay relay = DatagramRelay.to(gateway.getLocalPort(), seed);
        opened.add(relay);
        return relay;
    }

    private static void send(DatagramSocket from, SocketAddress to, int number) throws IOException {
        byte[] bytes = ByteBuffer.allocate(4).putInt(number).array();
        from.send(new DatagramPacket(bytes, bytes.length, to));
    }

    private static InetSocketAddress front(DatagramRelay relay) {
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), URI.create(relay.url()).getPort());
    }

    /** The next datagram's number and sender, which is on its way. */
    private static DatagramPacket receive(DatagramSocket at) throws IOException {
        return receive(at, 10_000);
    }

    /** One that nothing is known of; null if none comes. */
    private static DatagramPacket receiveLate(DatagramSocket at) throws IOException {
        try {
            return receive(at, 500);
        } catch (SocketTimeoutException nothing) {
            return null;
        }
    }

    private static DatagramPacket receive(DatagramSocket at, int patienceMillis) throws IOException {
        at.setSoTimeout(patienceMillis);
        DatagramPacket packet = new DatagramPacket(new byte[4], 4);
        at.receive(packet);
        return packet;
    }

    private static int number(DatagramPacket packet) {
        return ByteBuffer.wrap(packet.getData()).getInt();
    }

    /** Sends the numbers from 0 and returns those that arrive, in their order. */
    private List<Integer> carried(DatagramRelay relay) throws IOException {
        List<Integer> arrived = new ArrayList<>();
        for (int i = 0; i < COUNT; i += STEP) {
            for (int j = i; j < i + STEP; j++) {
                send(client, front(relay), j);
            }
            int sent = i + STEP;
            Await.until("the relay has taken them", () -> taken(relay) == sent);
            while (arrived.size() < relay.count(Way.TO_GATEWAY, Deed.CARRIED)) {
                arrived.add(number(receive(gateway)));
            }
        }
        for (DatagramPacket late = receiveLate(gateway); late != null; late = receiveLate(gateway)) {
            arrived.add(number(late));
        }
        assertThat(arrived).hasSize((int) relay.count(Way.TO_GATEWAY, Deed.CARRIED));
        return arrived;
    }

    /** How many datagrams it has decided about. */
    private static long taken(DatagramRelay relay) {
        return relay.count(Way.TO_GATEWAY, Deed.TAKEN);
    }

    private static List<Integer> all() {
        return IntStream.range(0, COUNT).boxed().toList();
    }

    @Test
    void withoutFaultsAllIsCarriedInOrderAndBack() throws IOException {
        DatagramRelay relay = relay(1);
        assertThat(carried(relay)).isEqualTo(all());
        send(client, front(relay), 7);
        SocketAddress passage = receive(gateway).getSocketAddress();
        send(gateway, passage, 8);
        DatagramPacket back = receive(client);
        assertThat(number(back)).isEqualTo(8);
        assertThat(back.getSocketAddress()).isEqualTo(front(relay));
    }

    @Test
    void eachClientHasAPortOfItsOwn() throws IOException {
        DatagramRelay relay = relay(1);
        DatagramSocket other = socket();
        send(client, front(relay), 1);
        SocketAddress first = receive(gateway).getSocketAddress();
        send(other, front(relay), 2);
        SocketAddress second = receive(gateway).getSocketAddress();
        assertThat(first).isNotEqualTo(second);
        send(gateway, second, 3);
        assertThat(number(receive(other))).isEqualTo(3);
        send(gateway, first, 4);
        assertThat(number(receive(client))).isEqualTo(4);
    }

    @Test
    void theSeedSaysWhatIsLost() throws IOException {
        List<Integer> first = carried(relay(7).faults(Faults.losing(0.2)));
        assertThat(first).isSorted().hasSizeBetween(700, 900);
        client = socket();
        assertThat(carried(relay(7).faults(Faults.losing(0.2)))).isEqualTo(first);
        client = socket();
        assertThat(carried(relay(8).faults(Faults.losing(0.2)))).isNotEqualTo(first);
    }

    @Test
    void duplicatesAndRepeatsAreAsManyAsItCounts() throws IOException {
        DatagramRelay relay = relay(9).faults(new Faults(0, 0.1, 0.1, 0, 0, Duration.ZERO));
        List<Integer> arrived = carried(relay);
        long twice = relay.count(Way.TO_GATEWAY, Deed.DUPLICATED);
        long again = relay.count(Way.TO_GATEWAY, Deed.REPEATED);
        assertThat(twice).isBetween(60L, 150L);
        assertThat(again).isBetween(60L, 150L);
        assertThat(arrived).hasSize((int) (COUNT + twice + again));
        assertThat(new HashSet<>(arrived)).hasSize(COUNT);
    }

    @Test
    void whatIsReorderedFallsBehindFiftyOthersAtMost() throws IOException {
        DatagramRelay relay = relay(11).faults(new Faults(0, 0, 0, 0.1, 0, Duration.ZERO));
        List<Integer> arrived = carried(relay);
        assertThat(arrived).isNotEqualTo(all()).containsExactlyInAnyOrderElementsOf(all());
        for (int place = 0; place < arrived.size(); place++) {
            int number = arrived.get(place);
            long passedBy = arrived.subList(0, place).stream()
                    .filter(each -> each > number)
                    .count();
            assertThat(passedBy).as("those that passed %d", number).isLessThanOrEqualTo(DatagramRelay.REORDERING);
        }
    }

    @Test
    void whatIsDelayedArrives() throws IOException {
        DatagramRelay relay = relay(13).faults(Faults.delaying(Duration.ofMillis(20)));
        List<Integer> arrived = new ArrayList<>();
        while (arrived.size() < COUNT) {
            int sent = arrived.size() + STEP;
            for (int i = arrived.size(); i < sent; i++) {
                send(client, front(relay), i);
            }
            Await.until("their time has come", () -> relay.count(Way.TO_GATEWAY, Deed.CARRIED) == sent);
            while (arrived.size() < sent) {
                arrived.add(number(receive(gateway)));
            }
        }
        assertThat(arrived).containsExactlyInAnyOrderElementsOf(all());
        assertThat(relay.count(Way.TO_GATEWAY, Deed.DELAYED)).isEqualTo(COUNT);
    }

    @Test
    void aClientThatIsMovedComesFromAnotherPortAndTheOldOneIsDead() throws IOException {
        DatagramRelay relay = relay(15);
        send(client, front(relay), 1);
        SocketAddress before = receive(gateway).getSocketAddress();
        relay.move();
        send(gateway, before, 2);
        send(client, front(relay), 3);
        SocketAddress after = receive(gateway).getSocketAddress();
        assertThat(after).isNotEqualTo(before);
        send(gateway, after, 4);
        assertThat(number(receive(client))).isEqualTo(4);
        assertThat(relay.moves()).isEqualTo(1);
    }

    @Test
    void clientsAreMovedEverySoManyDatagrams() throws IOException {
        DatagramRelay relay = relay(17).moveEvery(10);
        assertThat(carried(relay)).isEqualTo(all());
        assertThat(relay.moves()).isEqualTo(COUNT / 10);
    }
}
