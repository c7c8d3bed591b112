package io.sandboximage.depot.internal.client;

import io.sandboximage.internal.http.HttpSettings;
import io.sandboximage.internal.http.HttpTransport;

/** Plain requests to Depot, in the name of this program. */
public final class DepotHttp {
    private DepotHttp() {}

    /** @param tries in all for what may be repeated */
    public static HttpTransport transport(int tries) {
        HttpSettings settings = settings();
        return new HttpTransport(new HttpSettings(
                settings.connectTimeout(),
                settings.readTimeout(),
                settings.writeTimeout(),
                settings.commitTimeout(),
                settings.userAgent(),
                settings.tls(),
                settings.sockets(),
                settings.retries().withMaxAttempts(tries)));
    }

    static HttpSettings settings() {
        HttpSettings usual = HttpSettings.defaults();
        return new HttpSettings(
                usual.connectTimeout(),
                usual.readTimeout(),
                usual.writeTimeout(),
                usual.commitTimeout(),
                UserAgent.TEXT,
                usual.tls(),
                usual.sockets(),
                usual.retries());
    }
}
