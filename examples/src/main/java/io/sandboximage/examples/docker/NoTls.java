package io.sandboximage.examples.docker;

import java.security.Provider;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * A default TLS context that has nothing. gRPC asks the default one for its provider when the first channel is made, one in plain
 * text too, and the JDK's reads all certificates of all CAs for the answer, which takes longer than an unchanged build. Registries
 * are asked through contexts of their own.
 */
final class NoTls extends SSLContext {
    private static final String NAME = "none";

    private NoTls() {
        super(new Spi(), new Nothing(), NAME);
    }

    /** For this process, whose only gRPC is in plain text. */
    static void install() {
        SSLContext.setDefault(new NoTls());
    }

    private static final class Nothing extends Provider {
        private static final long serialVersionUID = 1L;

        Nothing() {
            super(NAME, "1", "no algorithms");
        }
    }

    private static final class Spi extends SSLContextSpi {
        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random) {}

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            throw none();
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            throw none();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            throw none();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            throw none();
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            throw none();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            throw none();
        }

        private static UnsupportedOperationException none() {
            return new UnsupportedOperationException("there is no TLS by default in this process");
        }
    }
}
