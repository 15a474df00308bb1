package io.socketgateway.server.datagram;

import io.socketgateway.protocol.Carrier;
import io.socketgateway.protocol.ErrorCode;
import io.socketgateway.protocol.Form;
import io.socketgateway.protocol.Frame;
import io.socketgateway.protocol.FrameType;
import io.socketgateway.protocol.ProtocolException;
import io.socketgateway.protocol.Side;
import io.socketgateway.protocol.codec.FrameCodec;
import io.socketgateway.protocol.codec.SharedMessage;
import io.socketgateway.protocol.datagram.Exchange;
import io.socketgateway.protocol.datagram.RoundTrip;
import io.socketgateway.protocol.netty.DatagramFrames;
import io.socketgateway.protocol.netty.FrameReceiver;
import io.socketgateway.server.config.Limit;
import io.socketgateway.server.metrics.Counters;
import io.socketgateway.server.session.FrameLog;
import io.socketgateway.server.session.Link;
import io.socketgateway.server.session.Session;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A session's datagrams, by its token, from and to whatever address the client has. Belongs to the endpoint's loop.
 */
final class DatagramConnection implements Link, FrameReceiver, Exchange.Outlet {
    private final DatagramEndpoint endpoint;
    private final Counters counters;
    private final long token;
    private final InetSocketAddress openedFrom;
    private final int openedById;
    private final int maxDatagramBytesSent;
    private final Exchange exchange;
    private final Whereabouts whereabouts;
    private final Session session;
    private Form form;
    private Form receivedForm;
    private int maxDatagramBytes;
    private Frame.@Nullable Welcome welcome;
    private long usedMillis = Long.MAX_VALUE; // when the token was first seen, on the scale of the cookies
    private long sentBytes;
    private @Nullable FrameLog log;
    private boolean windowIsOpen = true;
    private boolean paused;
    private boolean finished;

    /** A session to be, from an address that a cookie has validated. */
    DatagramConnection(
            DatagramEndpoint endpoint, long token, InetSocketAddress from, int openedById, Form openingForm) {
        DatagramContext context = endpoint.context();
        this.endpoint = endpoint;
        this.counters = context.counters();
        this.token = token;
        this.openedFrom = from;
        this.openedById = openedById;
        this.form = openingForm;
        this.receivedForm = openingForm;
        this.maxDatagramBytesSent = context.limits().maxDatagramBytesSent();
        this.maxDatagramBytes = maxDatagramBytesSent;
        this.whereabouts = new Whereabouts(endpoint, from, token, this::sendChallenge);
        this.exchange = new Exchange(
                Side.GATEWAY,
                openedById,
                context.answerCache(endpoint.loop()),
                new RoundTrip(),
                endpoint.loop().timers(),
                context.clock(),
                endpoint.jitter(),
                this);
        this.session = context.sessions().session(endpoint.loop(), this, "udp", DatagramEndpoint.text(from));
    }

    long token() {
        return token;
    }

    InetSocketAddress openedFrom() {
        return openedFrom;
    }

    int openedById() {
        return openedById;
    }

    Session session() {
        return session;
    }

    /** Greets the client, or refuses it: then nothing is left. */
    void open(Frame.Hello hello) {
        session.connected(openedFrom.getAddress());
        if (!finished) {
            session.received(hello);
        }
    }

    /**
     * Whether a HELLO with the same address and id is the one that opened this session: not if its cookie was issued when
     * the token was already in use, for then the client has forgotten it and begun anew.
     */
    boolean isOpenedBy(long cookieIssuedMillis) {
        return cookieIssuedMillis <= usedMillis;
    }

    /** Whether that is where the client is known to be. */
    boolean isAt(InetSocketAddress address) {
        return whereabouts.home().address().equals(address);
    }

    /** When the token was first used, or now if it was not. */
    long usedMillis() {
        return Math.min(usedMillis, endpoint.cookies().nowMillis());
    }

    /** Whether the client was greeted, and not refused. */
    boolean isWelcomed() {
        return welcome != null;
    }

    /** The HELLO that opened this session has come again. */
    void welcomeAgain() {
        counters.framesRepeated.increment();
        if (welcome != null) {
            endpoint.reply(openedFrom, welcome, form, maxDatagramBytesSent);
        }
    }

    // What comes

    /** The frames of one datagram. */
    void received(DatagramFrames frames, InetSocketAddress from) {
        if (paused) {
            counters.datagramsDroppedBusy.increment();
            return;
        }
        begin(from, frames.bytes());
        try {
            for (int i = 0; i < frames.size(); i++) {
                receivedForm = frames.form(i);
                frames.handOver(i, this);
            }
        } finally {
            whereabouts.handled();
        }
        if (finished) {
            return;
        }
        noteWindow();
        session.readEnded();
    }

    /** A datagram of this session did not parse. */
    void malformed(ProtocolException fault, InetSocketAddress from, int bytes) {
        if (!paused) {
            begin(from, bytes);
            send(Frame.Error.of(0, fault.code(), fault.message()));
            whereabouts.handled();
        }
    }

    private void begin(InetSocketAddress from, int bytes) {
        if (usedMillis == Long.MAX_VALUE) {
            usedMillis = endpoint.cookies().nowMillis();
        }
        session.bytesReceived(bytes);
        whereabouts.arrived(from, bytes);
    }

    @Override
    public void received(Frame frame) {
        if (log != null) {
            log.received(frame);
        }
        if (finished || frame instanceof Frame.Pong pong && isValidation(pong)) {
            return;
        }
        if (exchange.receive(frame)) {
            whereabouts.noteOrigin(frame);
            if (isForStreams(frame)) {
                send501(frame);
            } else {
                session.received(frame);
            }
        }
    }

    @Override
    public void rejected(ProtocolException fault) {
        FrameType type = fault.frameType();
        if (log != null && type != null) {
            log.rejected(type, fault);
        }
        if (!finished && type != null && exchange.receiveRejected(type, fault.frameId())) {
            session.rejected(fault);
        }
    }

    @Override
    public void failed(ProtocolException fault) {
        throw new IllegalStateException("a datagram is read whole before its frames are handed over", fault);
    }

    private static boolean isForStreams(Frame frame) {
        return frame instanceof Frame.Serve || frame instanceof Frame.Request request && request.isStream();
    }

    private void send501(Frame frame) {
        exchange.send(Frame.Error.notProcessed(
                frame.id(), ErrorCode.UNSUPPORTED, frame.type() + ": not on datagrams; use a stream transport"));
    }

    private void sendChallenge(Path candidate, Frame.Ping ping) {
        candidate.append(ping, form, maxDatagramBytes);
    }

    private boolean isValidation(Frame.Pong pong) {
        boolean moved = whereabouts.isProvenBy(pong);
        if (moved) {
            counters.addressesValidated.increment();
            session.moved(DatagramEndpoint.text(whereabouts.home().address()));
        }
        return moved;
    }

    // What goes

    @Override
    public boolean commit(Frame frame, Form newForm, int maxBodyBytes) {
        speak(newForm, maxBodyBytes);
        frame.payload().keep(); // it may be sent again
        boolean fits = exchange.send(frame);
        noteWindow();
        noteTooLong(fits);
        return fits;
    }

    @Override
    public boolean commit(SharedMessage message, int id, Form newForm, int maxBodyBytes) {
        speak(newForm, maxBodyBytes);
        boolean fits = whereabouts.home().append(message, id, form, maxDatagramBytes);
        if (log != null && fits) {
            log.sent(message.message(), id);
        }
        noteTooLong(fits);
        return fits;
    }

    private void noteTooLong(boolean fits) {
        if (!fits && maxDatagramBytes == maxDatagramBytesSent) { // else the client's own wish is the bound
            counters.reached(Limit.MAX_DATAGRAM_BYTES_SENT);
        }
    }

    /** What a client calls its longest frame is its longest datagram here. */
    private void speak(Form newForm, int maxBytes) {
        form = newForm;
        maxDatagramBytes = Math.min(maxDatagramBytesSent, maxBytes);
    }

    @Override
    public boolean send(Frame frame) {
        boolean sent;
        if (welcome != null) {
            sent = whereabouts.pathOf(frame).append(frame, form, maxDatagramBytes);
            if (sent) {
                whereabouts.sent(frame);
            }
        } else if (frame instanceof Frame.Welcome opened) {
            welcome = opened;
            sent = whereabouts.home().append(frame, form, maxDatagramBytes);
            whereabouts.home().token(token);
        } else {
            sent = whereabouts.home().append(asAnswerToOpening(frame), form, maxDatagramBytes);
        }
        sentBytes++;
        if (log != null && sent) {
            log.sent(frame);
        }
        return sent;
    }

    /** A client that is refused before it was heard gets the answer to its HELLO all the same. */
    private Frame asAnswerToOpening(Frame frame) {
        return frame instanceof Frame.Error error && error.id() == 0
                ? new Frame.Error(
                        openedById, error.code(), error.retryAfterMillis(), error.notProcessed(), error.message())
                : frame;
    }

    @Override
    public boolean fits(Frame frame) {
        return FrameCodec.fits(frame, form, maxDatagramBytes - DatagramFrames.SESSION_OVERHEAD_BYTES);
    }

    @Override
    public void gaveUp(Frame frame) {
        noteWindow();
    }

    /** An answer, a CANCEL or a deadline may have opened the window, and a request may have closed it. */
    private void noteWindow() {
        if (windowIsOpen != exchange.windowIsOpen()) {
            windowIsOpen = !windowIsOpen;
            session.written();
        }
    }

    @Override
    public void happened(Exchange.Event event) {
        endpoint.context().count(event);
    }

    @Override
    public Carrier carrier() {
        return Carrier.DATAGRAM;
    }

    @Override
    public int maxFrameBytes() {
        return endpoint.maxDatagramBytes();
    }

    @Override
    public String datagramToken() {
        return HexFormat.of().toHexDigits(token);
    }

    @Override
    public boolean takesRequests() {
        return exchange.windowIsOpen();
    }

    @Override
    public void log(@Nullable FrameLog newLog) {
        log = newLog;
    }

    /** Nothing waits here: what was committed counts as sent. */
    @Override
    public long committedPosition() {
        return sentBytes;
    }

    @Override
    public long flushedPosition() {
        return sentBytes;
    }

    /** The endpoint does it, for all its sessions together. */
    @Override
    public void flush() {}

    /** One session among many on a socket cannot be read from later: what comes meanwhile is dropped, and comes again. */
    @Override
    public void pauseReading() {
        paused = true;
    }

    @Override
    public void resumeReading() {
        paused = false;
    }

    @Override
    public Form receivedForm() {
        return receivedForm;
    }

    @Override
    public int unfinishedBytes() {
        return 0;
    }

    @Override
    public long consumedBytes() {
        return 0;
    }

    @Override
    public void finish() {
        if (!finished) {
            finished = true;
            whereabouts.end();
            exchange.close();
            endpoint.ended(this);
            session.disconnected();
        }
    }

    @Override
    public void closeIfReset() {
        // there is no connection to reset
    }
}
