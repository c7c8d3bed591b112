package io.sandboximage.transport;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.registry.RegistryClient;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The transports that locations may name: {@code oci:}, {@code oci-archive:}, {@code docker-archive:}, {@code docker://}, what
 * {@link ServiceLoader} finds, and what is added; a name without transport is one in a registry. Immutable.
 */
public final class Transports {
    private static final Pattern PREFIX = Pattern.compile("([a-z][a-z0-9-]*):(.*)", Pattern.DOTALL);

    /** Transports of skopeo: such a text is meant as one, and not as a name with a tag. */
    private static final List<String> KNOWN_ELSEWHERE = List.of(
            "atomic",
            "containers-storage",
            "dir",
            "docker-archive",
            "docker-daemon",
            "oci",
            "oci-archive",
            "ostree",
            "sif",
            "tarball");

    private final Map<String, TransportProvider> providers;

    private Transports(Map<String, TransportProvider> providers) {
        this.providers = providers;
    }

    /** With registry credentials from docker's and podman's configuration and from the environment. */
    public static Transports standard() {
        return standard(new RegistryTransport());
    }

    /** With a registry client of yours, which has to stay open while sources and sinks are in use. */
    public static Transports standard(RegistryClient registries) {
        return standard(new RegistryTransport(registries));
    }

    private static Transports standard(RegistryTransport registry) {
        Transports all = new Transports(Map.of())
                .with(registry)
                .with(LayoutTransports.OCI)
                .with(LayoutTransports.OCI_ARCHIVE)
                .with(LayoutTransports.DOCKER_ARCHIVE);
        for (TransportProvider found : ServiceLoader.load(TransportProvider.class)) {
            all = all.with(found);
        }
        return all;
    }

    /** Adds a transport, in place of another one of its name. */
    public Transports with(TransportProvider provider) {
        Map<String, TransportProvider> more = new TreeMap<>(providers);
        more.put(provider.transport(), provider);
        return new Transports(more);
    }

    /** The names of all transports, sorted. */
    public List<String> names() {
        return List.copyOf(providers.keySet());
    }

    /**
     * Understands a location.
     *
     * @throws InvalidRequestException if it names no transport that is known here and is no image name either; the message lists
     *     the transports
     */
    public ImageLocation parse(String text) {
        Matcher matcher = PREFIX.matcher(text);
        if (matcher.matches()) {
            TransportProvider provider = providers.get(matcher.group(1));
            boolean registry = matcher.group(1).equals(RegistryTransport.NAME);
            if (provider != null && (!registry || matcher.group(2).startsWith("//"))) {
                return new ImageLocation(provider, matcher.group(2));
            }
            if (KNOWN_ELSEWHERE.contains(matcher.group(1)) || matcher.group(2).startsWith("//")) {
                throw new InvalidRequestException("\"" + text + "\" names the transport \"" + matcher.group(1)
                        + "\", which is not known here. Known are " + listed());
            }
        }
        try {
            return new ImageLocation(registry(), RegistryTransport.checked(text));
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(e.getMessage() + ". With a transport, write " + listed(), e);
        }
    }

    private TransportProvider registry() {
        TransportProvider provider = providers.get(RegistryTransport.NAME);
        return provider == null ? new RegistryTransport() : provider;
    }

    private String listed() {
        return providers.values().stream()
                .map(p -> p.transport() + ":" + p.syntax())
                .collect(Collectors.joining(", "));
    }
}
