package io.sandboximage.testkit.depot;

/**
 * The registry behind the emulator.
 *
 * @param host with its port
 * @param user whom builds push and pull as
 */
public record DepotBackingRegistry(String host, String user, String password) {
    @Override
    public String toString() {
        return "DepotBackingRegistry[host=" + host + ", user=" + user + ", password=***]";
    }
}
