package io.sandboximage.buildkit.internal.ssh;

/** Numbers of the agent protocol (draft-ietf-sshm-ssh-agent, section 6.1). */
final class AgentMessages {
    static final int FAILURE = 5;
    static final int REQUEST_IDENTITIES = 11;
    static final int IDENTITIES_ANSWER = 12;
    static final int SIGN_REQUEST = 13;
    static final int SIGN_RESPONSE = 14;
    /** Larger ones are refused, as OpenSSH does. */
    static final int MAX_BYTES = 256 * 1024;

    private static final byte[] REFUSAL = {FAILURE};

    private AgentMessages() {}

    /** Builds may list keys and sign with them; they may not add, remove or lock, nor use extensions. */
    static boolean allowed(byte[] request) {
        return request.length > 0 && (request[0] == REQUEST_IDENTITIES || request[0] == SIGN_REQUEST);
    }

    static byte[] refusal() {
        return REFUSAL.clone();
    }
}
