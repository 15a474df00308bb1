package io.socketgateway.server.admin;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a request means, by RFC 9110 and 9112. */
final class Reading {
    private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://[^/?#]*([^?#]*).*");

    private static final Answer MALFORMED = Answer.of(HttpResponseStatus.BAD_REQUEST, "not a request of HTTP/1.1");

    private Reading() {}

    /** What is to be said to a request that cannot be taken, whatever it asks for; the connection ends with it. */
    static Optional<Answer> refusal(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return Optional.of(unread(request.decoderResult().cause()));
        }
        if (!request.protocolVersion().protocolName().equals("HTTP")) {
            return Optional.of(MALFORMED);
        }
        if (request.protocolVersion().majorVersion() != 1) {
            return Optional.of(Answer.of(HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "expected HTTP/1.1"));
        }
        if (request.protocolVersion().minorVersion() > 0
                && request.headers().getAll(HttpHeaderNames.HOST).size() != 1) {
            return Optional.of(Answer.of(HttpResponseStatus.BAD_REQUEST, "expected one Host header"));
        }
        return Optional.empty();
    }

    private static Answer unread(Throwable cause) {
        if (cause instanceof TooLongHttpHeaderException) {
            return Answer.of(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "too many bytes of headers");
        }
        return cause instanceof TooLongFrameException
                ? Answer.of(HttpResponseStatus.REQUEST_URI_TOO_LONG, "too long a request line")
                : MALFORMED;
    }

    /** The path of the page that is asked for, without a query. */
    static String path(HttpRequest request) {
        String target = request.uri();
        Matcher absolute = ABSOLUTE.matcher(target);
        if (absolute.matches()) {
            return absolute.group(1).isEmpty() ? "/" : absolute.group(1);
        }
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** Whether it only asks. */
    static boolean asks(HttpRequest request) {
        return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    }

    /** Whether something follows the headers. */
    static boolean hasBody(HttpRequest request) {
        HttpHeaders headers = request.headers();
        return headers.contains(HttpHeaderNames.TRANSFER_ENCODING) || HttpUtil.getContentLength(request, 0L) > 0;
    }
}
