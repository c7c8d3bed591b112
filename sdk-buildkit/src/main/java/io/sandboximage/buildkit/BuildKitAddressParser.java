package io.sandboximage.buildkit;

import io.sandboximage.docker.DockerEnvironment;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.error.InvalidRequestException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads addresses of BuildKit as users write them. */
final class BuildKitAddressParser {
    static final String DOCKER = "docker:";
    static final String DOCKER_CONTAINER = "docker-container://";
    private static final String DOCKER_CONTEXT = "docker://";
    private static final String CONTEXT_PARAMETER = "context=";
    private static final String SUPPORTED = "write unix:///path/to/buildkitd.sock, tcp://host:port, docker:// for the"
            + " Docker engine, docker://CONTEXT or docker-container://NAME";

    private BuildKitAddressParser() {}

    static BuildKitAddress parse(String text, DockerEnvironment environment) {
        if (text.startsWith(DOCKER_CONTEXT)) {
            return BuildKitAddress.docker(engine(text.substring(DOCKER_CONTEXT.length()), environment));
        }
        if (text.startsWith(DOCKER)) {
            return BuildKitAddress.docker(DockerHost.parse(text.substring(DOCKER.length())));
        }
        if (text.startsWith(DOCKER_CONTAINER)) {
            return container(text, environment);
        }
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new InvalidRequestException("\"" + text + "\" is not a BuildKit address: " + e.getReason(), e);
        }
        String path = uri.getPath();
        if ("unix".equals(uri.getScheme()) && uri.getAuthority() == null && path != null && path.startsWith("/")) {
            return BuildKitAddress.unix(Path.of(path));
        }
        if ("tcp".equals(uri.getScheme()) && uri.getHost() != null) {
            return BuildKitAddress.tcp(uri.getHost(), uri.getPort() < 0 ? BuildKitAddress.DEFAULT_PORT : uri.getPort());
        }
        if ("ssh".equals(uri.getScheme()) || "kube-pod".equals(uri.getScheme()) || "npipe".equals(uri.getScheme())) {
            throw new InvalidRequestException("\"" + text + "\" cannot be used: there is no " + uri.getScheme()
                    + " in this library. Forward the daemon's socket to here, and " + SUPPORTED);
        }
        throw new InvalidRequestException("\"" + text + "\" is not a BuildKit address: " + SUPPORTED);
    }

    private static BuildKitAddress container(String text, DockerEnvironment environment) {
        String[] parts = text.substring(DOCKER_CONTAINER.length()).split("\\?", 2);
        String context = "";
        if (parts.length == 2) {
            if (!parts[1].startsWith(CONTEXT_PARAMETER) || parts[1].contains("&")) {
                throw new InvalidRequestException(
                        "\"" + text + "\" is not a BuildKit address: after ? there can only be"
                                + " context=NAME, a docker context");
            }
            context = URLDecoder.decode(parts[1].substring(CONTEXT_PARAMETER.length()), StandardCharsets.UTF_8);
        }
        return BuildKitAddress.dockerContainer(engine(context, environment), parts[0]);
    }

    private static DockerHost engine(String context, DockerEnvironment environment) {
        return context.isEmpty() ? DockerHost.discover(environment) : DockerHost.context(context, environment);
    }
}
