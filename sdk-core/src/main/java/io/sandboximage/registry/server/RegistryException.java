package io.sandboximage.registry.server;

import java.util.LinkedHashMap;
import java.util.Map;

/** Ends a request with an error answer (distribution-spec, "Error Codes"). Never leaves this package. */
final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final String BLOB_UNKNOWN = "BLOB_UNKNOWN";
    static final String BLOB_UPLOAD_INVALID = "BLOB_UPLOAD_INVALID";
    static final String BLOB_UPLOAD_UNKNOWN = "BLOB_UPLOAD_UNKNOWN";
    static final String DENIED = "DENIED";
    static final String DIGEST_INVALID = "DIGEST_INVALID";
    static final String MANIFEST_BLOB_UNKNOWN = "MANIFEST_BLOB_UNKNOWN";
    static final String MANIFEST_INVALID = "MANIFEST_INVALID";
    static final String MANIFEST_UNKNOWN = "MANIFEST_UNKNOWN";
    static final String NAME_INVALID = "NAME_INVALID";
    static final String NAME_UNKNOWN = "NAME_UNKNOWN";
    static final String SIZE_INVALID = "SIZE_INVALID";
    static final String UNAUTHORIZED = "UNAUTHORIZED";
    static final String UNSUPPORTED = "UNSUPPORTED";

    private final int status;
    private final String code;
    private final transient Map<String, String> headers = new LinkedHashMap<>();

    RegistryException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static RegistryException badDigest(String text) {
        return new RegistryException(400, DIGEST_INVALID, "not a sha256 or sha512 digest: " + text);
    }

    static RegistryException unknownRepository(String name) {
        return new RegistryException(404, NAME_UNKNOWN, "there is no repository " + name);
    }

    static RegistryException readOnly() {
        return new RegistryException(405, UNSUPPORTED, "this registry is read-only");
    }

    static RegistryException tooLarge(String what, long limit) {
        return new RegistryException(413, SIZE_INVALID, what + " is larger than the " + limit + " bytes accepted");
    }

    /** Adds a header to the answer. */
    RegistryException header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    Map<String, String> headers() {
        return headers;
    }
}
