package io.sandboximage.daytona.registry;

import io.sandboximage.error.InvalidRequestException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A registry to make known to Daytona; immutable.
 *
 * @param name for people
 * @param url host as in image names, with or without {@code https://}; it needs a dot, so {@code localhost} is none
 * @param username may be empty
 * @param password or token; may be empty
 * @param project part of the path; may be empty
 */
public record RegistrySpec(String name, String url, String username, String password, String project) {
    private static final String DOCKER_HUB = "docker.io";
    private static final Pattern HOST =
            Pattern.compile("(?:https?://)?[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+(?::[0-9]+)?(?:/.*)?");

    /** @throws InvalidRequestException if the name is empty or the URL is none that Daytona takes */
    public RegistrySpec {
        if (name.isBlank()) {
            throw new InvalidRequestException("A registry needs a name");
        }
        if (!HOST.matcher(url).matches()) {
            throw new InvalidRequestException("\"" + url
                    + "\" is not a registry that Daytona takes: write a host with a dot, for instance ghcr.io");
        }
    }

    public static RegistrySpec of(String name, String url, String username, String password) {
        return new RegistrySpec(name, url, username, password, "");
    }

    public RegistrySpec project(String path) {
        return new RegistrySpec(name, url, username, password, path);
    }

    /** The URL as the server writes it down: Docker Hub under one name, and no slash at the end. */
    public String normalisedUrl() {
        String lower = url.toLowerCase(Locale.ROOT);
        return lower.contains(DOCKER_HUB) ? DOCKER_HUB : url.replaceFirst("/+$", "");
    }

    @Override
    public String toString() {
        return "RegistrySpec[name=" + name + ", url=" + url + ", username=" + username + ", password=***, project="
                + project + "]";
    }
}
