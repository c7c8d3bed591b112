package io.sandboximage.examples.service;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * The limits of a {@link PipelineService}.
 *
 * @param running how many jobs run at once
 * @param waiting how many more are taken; beyond that clients are told to come back
 * @param listeners how many clients may follow events at once
 * @param kept how many jobs that have ended are remembered
 * @param token what clients must say as {@code Authorization: Bearer …}; empty to ask nobody
 * @param heartbeat how long a stream of events is silent at most
 * @param grace how long running jobs may go on when the service ends
 */
record ServiceSettings(
        InetSocketAddress address,
        int running,
        int waiting,
        int listeners,
        int kept,
        Optional<String> token,
        Duration heartbeat,
        Duration grace) {
    /** On loopback: 20 at once, 100 waiting. */
    static ServiceSettings onLoopback(int port) {
        return new ServiceSettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                20,
                100,
                200,
                500,
                Optional.empty(),
                Duration.ofSeconds(15),
                Duration.ofMinutes(2));
    }

    ServiceSettings token(String newToken) {
        return new ServiceSettings(address, running, waiting, listeners, kept, Optional.of(newToken), heartbeat, grace);
    }

    ServiceSettings limits(int newRunning, int newWaiting, int newListeners, int newKept) {
        return new ServiceSettings(address, newRunning, newWaiting, newListeners, newKept, token, heartbeat, grace);
    }

    ServiceSettings times(Duration newHeartbeat, Duration newGrace) {
        return new ServiceSettings(address, running, waiting, listeners, kept, token, newHeartbeat, newGrace);
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "service at " + address + ", " + running + " at once";
    }
}
