package io.socketgateway.contract;

import io.socketgateway.client.IncomingMessage;
import io.socketgateway.client.MessageHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps every message for the test to take. */
public final class Inbox implements MessageHandler {
    private final BlockingQueue<IncomingMessage> messages = new LinkedBlockingQueue<>();

    @Override
    public void handle(IncomingMessage message) {
        messages.add(message);
    }

    /** The next message; fails if none comes. */
    public IncomingMessage next() {
        try {
            IncomingMessage message = messages.poll(Await.LONG.toSeconds(), TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("no message in " + Await.LONG);
            }
            return message;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** The texts of all messages up to the one with that text, which comes last. */
    public List<String> textsUpTo(String last) {
        List<String> texts = new ArrayList<>();
        do {
            texts.add(next().text());
        } while (!texts.get(texts.size() - 1).equals(last));
        return texts;
    }

    /** How many have come and were not taken. */
    public int waiting() {
        return messages.size();
    }
}
