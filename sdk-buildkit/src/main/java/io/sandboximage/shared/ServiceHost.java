package io.sandboximage.shared;

import io.sandboximage.buildkit.BuildKitAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Where services run. For one thread; who changes anything holds the lock. */
interface ServiceHost extends AutoCloseable {
    /** An executable or image, as plans name it. */
    String program(SharedService service);

    /** The folder of a service's configuration, as the service sees it. */
    String configuration(SharedService service);

    /** The folder that a service keeps its data in, as the service sees it. */
    String data(SharedService service);

    /** Where the service listens, as itself sees it. */
    String listenAddress(SharedService service);

    /** What else decides about a service, for its fingerprint. */
    String place(SharedService service);

    /** Size of the disk that the data lies on; empty if it cannot be seen from here. */
    OptionalLong diskBytes();

    ServiceState find(SharedService service);

    /** Starts one in place of another one that may be there; its data stays. */
    void start(ServicePlan plan);

    /** Asks it to end, waits for that, and removes it; its data stays. Nothing if it is not there. */
    void stop(SharedService service);

    /** Whether the registry must be started anew when BuildKit is. */
    boolean tied();

    /** The last lines that it wrote, for messages; empty if there are none. */
    String logTail(SharedService service);

    /** Of the registry's storage; empty if nobody can tell. */
    Optional<Long> registryBytes();

    /** How to get to BuildKit without TLS, where there is a way that needs none. */
    Optional<BuildKitAddress> trustedAddress();

    /** Whether the registry answers, where it is asked by somebody else than us; empty if we are to ask it. */
    Optional<Boolean> registryAnswers();

    /** What to change around it. */
    List<String> advice();

    void removeData();

    @Override
    void close();
}
