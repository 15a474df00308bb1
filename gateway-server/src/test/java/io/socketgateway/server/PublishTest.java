package io.socketgateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.Headers;
import io.socketgateway.protocol.Payload;
import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Section 4: messages, groups, wildcards, confirmation, and messages to one client. */
@LoopsAndForms
class PublishTest {
    private final Form form;

    @AutoClose
    private final Harness gateway;

    PublishTest(int loops, Form form) {
        this.form = form;
        this.gateway = Harness.start(loops, form);
    }

    private static Frame.Publish publish(int id, String subject, boolean confirm, String text) {
        return new Frame.Publish(id, Subject.of(subject), confirm, Headers.EMPTY, Payload.text(text));
    }

    @Test
    void aMessageIsCarriedWholeToEachSubscriptionUnderItsId() {
        RawPeer first = gateway.connect().subscribe(5, "news.eu");
        RawPeer second = gateway.connect().subscribe(-1, "news.eu");
        Headers headers = Headers.of("k", "v", "z", "é");
        RawPeer publisher = gateway.connect();
        for (Payload payload : new Payload[] {
            Payload.EMPTY,
            Payload.text("é"),
            Payload.json("[1,  2]"),
            Payload.bytes(new byte[] {0}),
            Payload.cbor(new byte[] {1})
        }) {
            publisher.send(new Frame.Publish(1, Subject.of("news.eu"), false, headers, payload));
            assertThat(first.receive()).isEqualTo(new Frame.Message(5, Subject.of("news.eu"), headers, payload));
            assertThat(second.receive()).isEqualTo(new Frame.Message(-1, Subject.of("news.eu"), headers, payload));
        }
        publisher.expectNothing();
    }

    @Test
    void everyMatchingSubscriptionOfASessionGetsItOnce() {
        RawPeer peer = gateway.connect()
                .subscribe(1, "a.b")
                .subscribe(2, "a.b")
                .subscribe(3, "a.*")
                .subscribe(4, "a.>")
                .subscribe(5, ">")
                .subscribe(6, "*.b")
                .subscribe(7, "*.*")
                .subscribe(8, "*.>");
        peer.subscribe(21, "a")
                .subscribe(22, "a.b.c")
                .subscribe(23, "b.*")
                .subscribe(24, "*")
                .subscribe(25, "a.b.>");
        gateway.connect().publish(1, "a.b", "x");
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ids.add(peer.receive(Frame.Message.class).id());
        }
        assertThat(ids).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8);
        peer.expectNothing();
    }

    @Test
    void aPublisherGetsItsOwnMessages() {
        RawPeer peer = gateway.connect().subscribe(1, "a").send(publish(2, "a", true, "own"));
        List<Frame> frames = List.of(peer.receive(), peer.receive());
        assertThat(frames)
                .containsExactlyInAnyOrder(
                        new Frame.Message(1, Subject.of("a"), Headers.EMPTY, Payload.text("own")),
                        new Frame.Response(2, false, Headers.EMPTY, Payload.EMPTY));
    }

    @Test
    void subjectsAreCaseSensitiveAndMayBeAnyLanguage() {
        RawPeer peer = gateway.connect()
                .subscribe(1, "Nachricht.ö")
                .subscribe(2, "日本.*")
                .subscribe(3, "😀");
        RawPeer publisher = gateway.connect();
        publisher.publish(1, "nachricht.ö", "no").publish(1, "Nachricht.ö", "1");
        publisher.publish(1, "日本.x", "2").publish(1, "😀", "3");
        assertThat(peer.message(1)).isEqualTo("1");
        assertThat(peer.message(2)).isEqualTo("2");
        assertThat(peer.message(3)).isEqualTo("3");
    }

    @Test
    void confirmIsAnsweredOnceEverySubscriptionHasTheMessage() {
        RawPeer[] subscribers = new RawPeer[6];
        for (int i = 0; i < subscribers.length; i++) {
            subscribers[i] = gateway.connect().subscribe(1, i % 2 == 0 ? "a" : "*", i < 3 ? "" : "g" + i);
        }
        RawPeer publisher = gateway.connect().publish(9, "a", "m");
        for (RawPeer subscriber : subscribers) {
            subscriber.send(new Frame.GoAway(3, null, Frame.ABSENT));
            assertThat(subscriber.message(1)).isEqualTo("m"); // it was queued before the confirmation came
        }
        publisher.expectNothing();
    }

    @Test
    void confirmIsAnsweredWhenNobodySubscribes() {
        gateway.connect().publish(9, "nobody.there", "m");
    }

    @Test
    void withoutConfirmNothingIsAnswered() {
        gateway.connect()
                .send(publish(9, "nobody.there", false, "m"), publish(0, "nobody.there", false, "m"))
                .expectNothing();
    }

    @Test
    void subscribeAndServeWithoutConfirmAreNotAnswered() {
        RawPeer peer = gateway.connect();
        peer.send(
                new Frame.Subscribe(1, SubjectPattern.of("a"), "", false, Headers.EMPTY),
                new Frame.Serve(2, SubjectPattern.of("b"), "", false, Headers.EMPTY),
                new Frame.Unsubscribe(2, false));
        peer.expectNothing();
        gateway.connect().publish(1, "a", "m");
        assertThat(peer.message(1)).isEqualTo("m");
    }

    @Test
    void unknownOptionsAreIgnored() {
        RawPeer peer = gateway.connect();
        Headers options = Headers.of("colour", "blue");
        peer.send(new Frame.Subscribe(1, SubjectPattern.of("a"), "", true, options))
                .expectConfirmed(1);
        peer.send(new Frame.Serve(2, SubjectPattern.of("b"), "", true, options)).expectConfirmed(2);
    }

    @Test
    void afterUnsubscribeIsConfirmedNothingMoreComes() {
        RawPeer peer = gateway.connect().subscribe(1, "a").subscribe(2, "a");
        RawPeer publisher = gateway.connect().publish(1, "a", "m1");
        peer.receive(Frame.Message.class);
        peer.receive(Frame.Message.class);
        peer.unsubscribe(1);
        publisher.publish(1, "a", "m2");
        assertThat(peer.message(2)).isEqualTo("m2");
        peer.unsubscribe(2);
        publisher.publish(1, "a", "m3");
        peer.expectNothing();
    }

    @Test
    void messagesOfOnePublisherOnOneSubjectKeepTheirOrder() {
        RawPeer[] subscribers = {
            gateway.connect().subscribe(1, "a"),
            gateway.connect().subscribe(1, "*"),
            gateway.connect().subscribe(1, "a", "g")
        };
        RawPeer publisher = gateway.connect();
        Frame[] burst = IntStream.range(0, 2000)
                .mapToObj(i -> publish(0, "a", false, "m" + i))
                .toArray(Frame[]::new);
        publisher.send(burst);
        for (RawPeer subscriber : subscribers) {
            for (int i = 0; i < burst.length; i++) {
                assertThat(subscriber.message(1)).isEqualTo("m" + i);
            }
        }
    }

    @Test
    void ofAGroupOneGetsEachMessageInTurn() {
        RawPeer[] members = new RawPeer[3];
        for (int i = 0; i < members.length; i++) {
            members[i] = gateway.connect().subscribe(1, "jobs", "crew");
        }
        RawPeer everyone = gateway.connect().subscribe(1, "jobs");
        RawPeer publisher = gateway.connect();
        for (int i = 0; i < 9; i++) {
            publisher.publish(1, "jobs", "j" + i);
            assertThat(everyone.message(1)).isEqualTo("j" + i);
        }
        List<String> all = new ArrayList<>();
        for (RawPeer member : members) {
            all.addAll(List.of(member.messages(1, 3)));
            member.expectNothing();
        }
        assertThat(all).doesNotHaveDuplicates().hasSize(9);
    }

    @Test
    void differentGroupsAndDifferentPatternsGetTheirOwn() {
        RawPeer a1 = gateway.connect().subscribe(1, "x", "a");
        RawPeer a2 = gateway.connect().subscribe(1, "x", "a");
        RawPeer b = gateway.connect().subscribe(1, "x", "b");
        RawPeer wild = gateway.connect().subscribe(1, "*", "a");
        RawPeer publisher = gateway.connect();
        for (int i = 0; i < 4; i++) {
            publisher.publish(1, "x", "m" + i);
        }
        assertThat(b.messages(1, 4)).containsExactly("m0", "m1", "m2", "m3");
        assertThat(wild.messages(1, 4)).containsExactly("m0", "m1", "m2", "m3");
        a1.messages(1, 2);
        a2.messages(1, 2);
        for (RawPeer peer : new RawPeer[] {a1, a2, b, wild}) {
            peer.expectNothing();
        }
    }

    @Test
    void oneSessionMayBeInAGroupTwice() {
        RawPeer peer = gateway.connect().subscribe(1, "x", "g").subscribe(2, "x", "g");
        RawPeer publisher = gateway.connect();
        for (int i = 0; i < 4; i++) {
            publisher.publish(1, "x", "m" + i);
        }
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ids.add(peer.receive(Frame.Message.class).id());
        }
        assertThat(ids).containsExactlyInAnyOrder(1, 1, 2, 2);
        peer.expectNothing();
    }

    @Test
    void aMemberThatIsGoneGetsNoTurn() {
        RawPeer stays = gateway.connect().subscribe(1, "x", "g");
        RawPeer leaves = gateway.connect().subscribe(1, "x", "g");
        RawPeer resets = gateway.connect().subscribe(1, "x", "g");
        leaves.unsubscribe(1);
        resets.reset();
        gateway.awaitSessions(2);
        RawPeer publisher = gateway.connect();
        for (int i = 0; i < 6; i++) {
            publisher.publish(1, "x", "m" + i);
        }
        assertThat(stays.messages(1, 6)).containsExactly("m0", "m1", "m2", "m3", "m4", "m5");
        leaves.expectNothing();
    }

    @Test
    void aMessageLongerThanTheSubscriberTakesIsDroppedAndCounted() {
        RawPeer small = gateway.connect();
        small.hello(null, null, 1024);
        small.subscribe(2, "a");
        RawPeer large = gateway.connect().subscribe(2, "a");
        RawPeer publisher = gateway.connect().publish(1, "a", "x".repeat(2000)).publish(1, "a", "fits");
        assertThat(large.messages(2, 2)[0]).hasSize(2000);
        assertThat(small.message(2)).isEqualTo("fits");
        small.expectNothing();
        publisher.expectNothing();
        assertThat(gateway.gateway.counters().messagesDroppedTooLarge.sum()).isEqualTo(1);
    }

    @Test
    void aMessageOfTheLargestSizeIsDelivered() {
        RawPeer[] subscribers = {
            gateway.connect().subscribe(1, "a"), gateway.connect().subscribe(1, "a")
        };
        int overhead = RawPeer.bytes(form, publish(1, "a", true, "")).length - 4;
        String largest = "x".repeat((1 << 20) - overhead);
        gateway.connect().publish(1, "a", largest);
        for (RawPeer subscriber : subscribers) {
            assertThat(subscriber.message(1)).isEqualTo(largest);
        }
    }

    @Test
    void publishingToTheGatewaysSubjectsIs403() {
        RawPeer peer = gateway.connect();
        for (String subject : new String[] {"gateway", "gateway.echo", "gateway.a.b"}) {
            peer.send(publish(3, subject, true, "")).expectError(3, ErrorCode.FORBIDDEN);
            peer.send(publish(3, subject, false, "")).expectError(3, ErrorCode.FORBIDDEN);
        }
        peer.send(publish(0, "gateway.echo", false, "")).expectNothing();
        assertThat(gateway.gateway.counters().refusedWithoutId.sum()).isEqualTo(1);
    }

    @Test
    void publishingToAClientArrivesAsMessageWithIdZero() {
        RawPeer target = gateway.named("target");
        RawPeer peer = gateway.connect().publish(1, "client.target", "one");
        peer.send(publish(0, "client.target", false, "two"), publish(2, "client.target", false, "three"));
        assertThat(target.receive())
                .isEqualTo(new Frame.Message(0, Subject.of("client.target"), Headers.EMPTY, Payload.text("one")));
        assertThat(target.message(0)).isEqualTo("two");
        assertThat(target.message(0)).isEqualTo("three");
        target.send(publish(0, "client.target", false, "to myself"));
        assertThat(target.message(0)).isEqualTo("to myself");
    }

    @Test
    void publishingToNoClientIs404() {
        RawPeer peer = gateway.connect();
        for (String subject : new String[] {"client", "client.nobody", "client.a.b"}) {
            peer.send(publish(3, subject, true, "")).expectError(3, ErrorCode.NO_WORKER);
            peer.send(publish(4, subject, false, "")).expectError(4, ErrorCode.NO_WORKER);
        }
        peer.send(publish(0, "client.nobody", false, "")).expectNothing();
        RawPeer gone = gateway.named("gone");
        gone.close();
        gateway.awaitSessions(1);
        peer.send(publish(5, "client.gone", true, "")).expectError(5, ErrorCode.NO_WORKER);
    }

    @Test
    void anAssignedNameIsAnAddressToo() {
        RawPeer target = gateway.connect();
        String name = target.hello(null).clientId();
        gateway.connect().publish(1, "client." + name, "hi");
        assertThat(target.message(0)).isEqualTo("hi");
    }

    @Test
    void aMessageLongerThanTheClientTakesIsDroppedAndCounted() {
        RawPeer target = gateway.connect();
        target.hello("target", null, 1024);
        gateway.connect().publish(1, "client.target", "x".repeat(2000));
        target.expectNothing();
        assertThat(gateway.gateway.counters().messagesDroppedTooLarge.sum()).isEqualTo(1);
    }

    @Test
    void aSubscriptionEndsWithItsSession() {
        RawPeer subscriber = gateway.connect().subscribe(1, "a");
        RawPeer publisher = gateway.connect();
        subscriber.send(new Frame.GoAway(2, null, Frame.ABSENT)).receive(Frame.GoAway.class);
        publisher.publish(1, "a", "m");
        subscriber.expectOrderlyEnd();
    }

    @Test
    void aPublisherMayLeaveAtOnce() {
        RawPeer subscriber = gateway.connect().subscribe(1, "a");
        RawPeer publisher = gateway.connect();
        publisher.send(publish(0, "a", false, "1"), publish(0, "a", false, "2"));
        publisher.close();
        assertThat(subscriber.messages(1, 2)).containsExactly("1", "2");
        gateway.awaitSessions(1);
    }

    @Test
    void subscribersOfBothFormsGetTheSame() {
        RawPeer binary = gateway.connect(Form.BINARY).subscribe(1, "a");
        RawPeer json = gateway.connect(Form.JSON).subscribe(1, "a");
        RawPeer publisher = gateway.connect();
        for (Payload payload : new Payload[] {
            Payload.EMPTY, Payload.json("{\"a\":1}"), Payload.text("t"), Payload.bytes(new byte[] {1})
        }) {
            publisher.send(new Frame.Publish(0, Subject.of("a"), false, Headers.of("h", "v"), payload));
            Frame expected = new Frame.Message(1, Subject.of("a"), Headers.of("h", "v"), payload);
            assertThat(binary.receive()).isEqualTo(expected);
            assertThat(json.receive()).isEqualTo(expected);
        }
    }
}
