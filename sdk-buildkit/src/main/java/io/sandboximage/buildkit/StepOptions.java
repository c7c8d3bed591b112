package io.sandboximage.buildkit;

import io.sandboximage.error.InvalidRequestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What RUN steps run with: network, hosts, limits. */
final class StepOptions {
    static final String NETWORK_HOST = "network.host";
    /** Stands for the machine's address as containers see it; Docker engines know it. */
    static final String HOST_GATEWAY = "host-gateway";

    static final String HOSTS_OPTION = "add-hosts";

    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:]*(?:[0-9.]+)?");
    private static final Pattern ULIMIT = Pattern.compile("([a-z]+)=(-?\\d{1,18})(?::(-?\\d{1,18}))?");

    private final Map<String, String> options = new LinkedHashMap<>();
    private final List<String> hosts = new ArrayList<>();
    private final List<String> ulimits = new ArrayList<>();
    private boolean hostNetwork;

    void network(String mode) {
        hostNetwork = mode.equals("host");
        switch (mode) {
            case "default" -> options.remove("force-network-mode");
            case "none", "host" -> options.put("force-network-mode", mode);
            default ->
                throw new InvalidRequestException(
                        "\"" + mode + "\" is not a network for builds: write default, none or host");
        }
    }

    void host(String host, String addresses) {
        for (String address : addresses.split(",", -1)) {
            boolean bracketed = address.length() > 2 && address.startsWith("[") && address.endsWith("]");
            String bare = bracketed ? address.substring(1, address.length() - 1) : address;
            boolean valid =
                    IPV4.matcher(bare).matches() || IPV6.matcher(bare).matches() || addresses.equals(HOST_GATEWAY);
            if (host.isEmpty() || host.indexOf(',') >= 0 || !valid) {
                throw new InvalidRequestException("The host " + host + "=" + addresses
                        + " is not valid: give a name and an IP address, or " + HOST_GATEWAY);
            }
            hosts.add(host + "=" + bare);
        }
    }

    void shmSize(long sizeBytes) {
        if (sizeBytes <= 0) {
            throw new InvalidRequestException("/dev/shm cannot have " + sizeBytes + " bytes");
        }
        options.put("shm-size", Long.toString(sizeBytes));
    }

    void ulimit(String text) {
        if (!ULIMIT.matcher(text).matches()) {
            throw new InvalidRequestException(
                    "\"" + text + "\" is no limit: write name=soft or name=soft:hard, for instance nofile=1024:2048");
        }
        ulimits.add(text);
    }

    void cgroupParent(String parent) {
        options.put("cgroup-parent", parent);
    }

    void applyTo(SolveRequest.Builder request) {
        options.forEach(request::option);
        if (hostNetwork) {
            request.entitlement(NETWORK_HOST);
        }
        if (!hosts.isEmpty()) {
            request.option(HOSTS_OPTION, String.join(",", hosts));
        }
        if (!ulimits.isEmpty()) {
            request.option("ulimit", String.join(",", ulimits));
        }
    }
}
