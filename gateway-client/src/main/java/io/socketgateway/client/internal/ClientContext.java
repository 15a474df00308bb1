package io.socketgateway.client.internal;

import tools.jackson.databind.json.JsonMapper;

/** What all parts of one client share. */
record ClientContext(ClientSettings settings, Lease lease, Handover handover, Budget budget) {
    JsonMapper mapper() {
        return settings.jsonMapper();
    }
}
