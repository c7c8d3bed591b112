package io.sandboximage.shared;

/**
 * What became of a service.
 *
 * @param fingerprint of the plan that it was started by
 * @param ending how it ended, for messages; empty if it runs
 */
record ServiceState(boolean running, String fingerprint, String ending) {
    static final ServiceState ABSENT = new ServiceState(false, "", "it is not there");
}
