package io.sandboximage.depot.auth;

import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.InvalidRequestException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where Depot is, who we are there, and how to speak with it. Immutable.
 *
 * @param url of the service
 * @param executionUrl of the service that runs commands in sandboxes
 * @param tokens who we are
 * @param organization whom calls are for, where the token is good for several
 */
public record DepotAccess(
        URI url, URI executionUrl, TokenProvider tokens, Optional<String> organization, Protocol protocol) {
    private static final URI DEFAULT_URL = URI.create("https://api.depot.dev");
    private static final URI DEFAULT_EXECUTION_URL = URI.create("https://exec.depot.dev");

    /** How calls travel; both reach the same service. */
    public enum Protocol {
        /** Plain HTTP requests, also over HTTP/1.1 and through proxies. */
        CONNECT,
        GRPC
    }

    /** @throws InvalidRequestException if an address is not one of http or https */
    public DepotAccess {
        requireHttp(url);
        requireHttp(executionUrl);
    }

    /** Depot's own service. */
    public static DepotAccess of(TokenProvider tokens) {
        return new DepotAccess(DEFAULT_URL, DEFAULT_EXECUTION_URL, tokens, Optional.empty(), Protocol.CONNECT);
    }

    /**
     * What Depot's command line would take: {@code DEPOT_API_URL}, {@code DEPOT_EXEC_URL}, {@code DEPOT_ORG_ID} or the
     * configuration file's organization, and {@link TokenProvider#fromEnvironment()}.
     */
    public static DepotAccess fromEnvironment() {
        return fromEnvironment(System.getenv(), Path.of(System.getProperty("user.home", ".")));
    }

    /** Like {@link #fromEnvironment()} with the variables and the home directory given. */
    public static DepotAccess fromEnvironment(Map<String, String> environment, Path home) {
        return new DepotAccess(
                TokenChain.value(environment, "DEPOT_API_URL").map(URI::create).orElse(DEFAULT_URL),
                TokenChain.value(environment, "DEPOT_EXEC_URL").map(URI::create).orElse(DEFAULT_EXECUTION_URL),
                TokenProvider.fromEnvironment(environment, home),
                TokenChain.value(environment, "DEPOT_ORG_ID")
                        .or(() -> DepotConfig.ofUser(environment, home).organization()),
                Protocol.CONNECT);
    }

    /** The same at another place. */
    public DepotAccess at(URI newUrl) {
        return new DepotAccess(newUrl, executionUrl, tokens, organization, protocol);
    }

    public DepotAccess organization(String id) {
        return new DepotAccess(url, executionUrl, tokens, Optional.of(id), protocol);
    }

    public DepotAccess protocol(Protocol newProtocol) {
        return new DepotAccess(url, executionUrl, tokens, organization, newProtocol);
    }

    public DepotAccess tokens(TokenProvider provider) {
        return new DepotAccess(url, executionUrl, provider, organization, protocol);
    }

    /**
     * The token for the next call.
     *
     * @throws AuthenticationException if there is none
     */
    public String token() {
        return tokens.find()
                .orElseThrow(() -> new AuthenticationException("There is no token for Depot at " + url
                        + ": set DEPOT_TOKEN, log in with Depot's command line, or give one"));
    }

    private static void requireHttp(URI address) {
        boolean http = "https".equals(address.getScheme()) || "http".equals(address.getScheme());
        if (!http || address.getHost() == null) {
            throw new InvalidRequestException(
                    "\"" + address + "\" is no address of Depot: it must begin with https:// or http://");
        }
    }
}
