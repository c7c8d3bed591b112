package io.sandboximage.registry;

import io.sandboximage.ImageSink;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.image.ImageReference;
import io.sandboximage.internal.http.HttpFailures;
import io.sandboximage.internal.http.HttpReply;
import io.sandboximage.internal.http.HttpTransport;
import io.sandboximage.registry.internal.auth.RegistryAuth;
import io.sandboximage.registry.internal.auth.Scopes;
import io.sandboximage.store.ContentDestination;
import io.sandboximage.store.CopyOptions;
import io.sandboximage.store.ImageCopier;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import okhttp3.Request;

/**
 * Client of OCI registries: one object for all of them, with their connections, tokens and credentials. Thread-safe; keep it as
 * long as images move, and close it afterwards. Blocking calls end with
 * {@link io.sandboximage.error.CancelledException} when their thread is interrupted.
 */
public final class RegistryClient implements AutoCloseable {
    private final HttpTransport http;
    private final CredentialProvider credentials;
    private final Predicate<String> plainHttp;
    private final UploadSettings uploads;
    private final boolean foreignUrls;
    private final Clock clock;
    private final Map<String, RegistryConnection> connections = new ConcurrentHashMap<>();
    private final Map<String, Repository> repositories = new ConcurrentHashMap<>();

    RegistryClient(RegistryClientBuilder builder) {
        this.http = new HttpTransport(builder.httpSettings());
        this.credentials = builder.credentials();
        this.plainHttp = builder.plainHttp();
        this.uploads = builder.uploads();
        this.foreignUrls = builder.foreignUrls();
        this.clock = builder.clock();
    }

    /** A client that knows no credentials unless told. */
    public static RegistryClientBuilder builder() {
        return new RegistryClientBuilder();
    }

    /** A client with the credentials of docker's and podman's configuration files and of the environment. */
    public static RegistryClient fromEnvironment() {
        return builder().credentials(CredentialProvider.fromEnvironment()).build();
    }

    /** The image under a tag or digest; nothing is asked of the registry yet. */
    public RegistrySource source(ImageReference reference) {
        return new RegistrySource(reference, repository(reference));
    }

    /** Pushes to {@code reference} and to more tags of the same repository. */
    public ImageSink sink(ImageReference reference, String... moreTags) {
        return sink(reference, CopyOptions.DEFAULT, moreTags);
    }

    /** Like {@link #sink(ImageReference, String...)} with a choice of what is pushed, and how. */
    public ImageSink sink(ImageReference reference, CopyOptions options, String... moreTags) {
        List<String> tags = List.of(moreTags);
        return ImageCopier.sink(reference.toString(), () -> destination(reference, tags), options);
    }

    /** The goal of one copy. */
    public ContentDestination destination(ImageReference reference, List<String> moreTags) {
        List<String> tags = new ArrayList<>();
        reference.tag().ifPresent(tags::add);
        moreTags.stream()
                .map(tag -> reference.withTag(tag).tag().orElseThrow())
                .filter(tag -> !tags.contains(tag))
                .forEach(tags::add);
        return new RegistryDestination(reference, tags, repository(reference));
    }

    /** The repository of a reference, for direct use. */
    public Repository repository(ImageReference reference) {
        return repositories.computeIfAbsent(
                reference.registry() + "/" + reference.repository(),
                name -> new Repository(
                        new Routes(connection(reference.registry()), reference.repository()), uploads, foreignUrls));
    }

    /**
     * Asks whether a registry is there, speaks the distribution API, and takes our credentials.
     *
     * @param registry host with optional port, as in image references
     */
    public void ping(String registry) {
        String what = "reach the registry " + registry;
        RegistryConnection connection = connection(registry);
        Request.Builder request =
                new Request.Builder().url(connection.host().url().resolve("/v2/"));
        HttpReply reply =
                connection.fetch(RegistryRequest.repeatable(what, request, Scopes.NONE), UploadRequests.MAX_ANSWER);
        if (!reply.successful()) {
            throw HttpFailures.of(reply, what);
        }
    }

    /** Drops idle connections. Streams that are open stay usable. */
    @Override
    public void close() {
        http.close();
    }

    private RegistryConnection connection(String registry) {
        return connections.computeIfAbsent(registry, name -> {
            RegistryHost host = RegistryHost.of(name, plainHttp);
            return new RegistryConnection(host, http, new RegistryAuth(name, host.url(), credentials, http, clock));
        });
    }
}
