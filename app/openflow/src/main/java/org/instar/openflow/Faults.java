// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;

/** Why a connection failed, in a few words for the log. */
final class Faults {

    private Faults() {
    }

    static String describe(Throwable cause, OpenFlowTimeouts timeouts) {
        return switch (cause) {
            case ReadTimeoutException timeout -> "silent for " + timeouts.silenceMillis()
                    + " ms, echo request unanswered";
            case DecoderException malformed -> malformed.getMessage();
            case IOException lost -> "connection lost: " + lost.getMessage();
            default -> "internal error: " + cause;
        };
    }
}
