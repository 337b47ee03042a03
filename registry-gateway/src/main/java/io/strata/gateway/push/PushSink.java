package io.strata.gateway.push;

import java.io.IOException;

/** Whoever asked for a push. */
interface PushSink {
    /** @throws IOException when nobody listens any more, which ends the push */
    void send(PushLine line) throws IOException;
}
