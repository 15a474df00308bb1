package io.socketgateway.client.internal;

import io.socketgateway.protocol.Subject;
import io.socketgateway.protocol.SubjectPattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of this client's services a request is for. The gateway names the subject, not the service, so the most specific
 * pattern is found again here: literal before {@code *} before {@code >}, token by token. Belongs to the event loop.
 */
final class ServiceTable {
    private static final Comparator<ServiceEntry> MOST_SPECIFIC_FIRST = (a, b) -> compare(a.subjects(), b.subjects());

    private final List<ServiceEntry> services = new ArrayList<>();

    void add(ServiceEntry service) {
        services.add(service);
        services.sort(MOST_SPECIFIC_FIRST);
    }

    void remove(ServiceEntry service) {
        services.remove(service);
    }

    @Nullable
    ServiceEntry find(Subject subject) {
        for (ServiceEntry service : services) {
            if (service.subjects().matches(subject)) {
                return service;
            }
        }
        return null;
    }

    private static int compare(SubjectPattern a, SubjectPattern b) {
        int shared = Math.min(a.tokenCount(), b.tokenCount());
        for (int i = 0; i < shared; i++) {
            int order = Integer.compare(rank(a.token(i)), rank(b.token(i)));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static int rank(String token) {
        return switch (token) {
            case SubjectPattern.REST -> 2;
            case SubjectPattern.ONE -> 1;
            default -> 0;
        };
    }
}
