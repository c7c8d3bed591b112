package io.sandboximage.shared.internal.tls;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.TemporaryDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * An authority of our own, a server and a client in a folder that only this user may look into. A certificate and its key are one
 * file, which is replaced at once, so that they always belong together. Changes are for one process at a time.
 */
public final class TlsFolder {
    private static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3650);
    /** The part of its lifetime that a certificate must still have. */
    private static final int RENEWED_BEFORE = 3;

    private final Path folder;
    private final String name;
    private final Duration lifetime;
    private final Clock clock;

    /**
     * @param name of what is protected, for the names in certificates
     * @param lifetime of the server's and the client's certificate; they are renewed when less than a third of it is left
     */
    public TlsFolder(Path folder, String name, Duration lifetime, Clock clock) {
        this.folder = folder;
        this.name = name;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    /** The certificate of the authority; no secret. */
    public Path authority() {
        return folder.resolve("ca.pem");
    }

    /** Certificate and key of the server. */
    public Path server() {
        return folder.resolve("server.pem");
    }

    /** Certificate and key of the client. */
    public Path client() {
        return folder.resolve("client.pem");
    }

    /**
     * Makes what is not there, has not long to live, or is for other hosts.
     *
     * @param hosts DNS names and IPv4 addresses that the server is called by
     */
    public void renew(List<String> hosts) {
        SecretFiles.createFolder(folder);
        Identity authority = read(folder.resolve("authority.pem"))
                .filter(found -> fresh(found, AUTHORITY_LIFETIME))
                .orElseGet(this::newAuthority);
        // Where a crash came between the two files.
        SecretFiles.write(authority(), authority.certificatePem());
        Instant now = clock.instant();
        keepOrMake(
                server(),
                authority,
                found -> hostsOf(found).equals(new TreeSet<>(hosts)),
                () -> Certificates.server(authority, "sandbox-image " + name + " server", hosts, now, lifetime));
        renewClient(authority);
    }

    /** The same for the client alone; nothing if there is no authority. */
    public void renewClient() {
        read(folder.resolve("authority.pem")).ifPresent(this::renewClient);
    }

    /** Removes everything. */
    public void remove() {
        new TemporaryDirectory(folder).close();
    }

    /** Whether {@link #renew} would make a new certificate for the client. */
    public boolean clientExpires() {
        return read(client()).map(found -> !fresh(found, lifetime)).orElse(true);
    }

    /** When a certificate ends; empty if there is none. */
    public Optional<Instant> expiry(Path file) {
        return read(file).map(Identity::expiry);
    }

    @FunctionalInterface
    private interface Check {
        boolean passes(Identity identity);
    }

    private void keepOrMake(Path file, Identity authority, Check check, Supplier<Identity> maker) {
        boolean good = read(file)
                .filter(found -> found.issuedBy(authority) && fresh(found, lifetime) && check.passes(found))
                .isPresent();
        if (!good) {
            SecretFiles.write(file, maker.get().pem());
        }
    }

    private void renewClient(Identity authority) {
        keepOrMake(
                client(),
                authority,
                found -> true,
                () -> Certificates.client(authority, "sandbox-image " + name + " client", clock.instant(), lifetime));
    }

    private Identity newAuthority() {
        // A name of its own: clients choose among authorities by name.
        Identity made = Certificates.authority(
                "sandbox-image " + name + " authority " + clock.instant(), clock.instant(), AUTHORITY_LIFETIME);
        SecretFiles.write(folder.resolve("authority.pem"), made.pem());
        return made;
    }

    private boolean fresh(Identity identity, Duration whole) {
        return clock.instant().plus(whole.dividedBy(RENEWED_BEFORE)).isBefore(identity.expiry());
    }

    private static Set<String> hostsOf(Identity identity) {
        try {
            Collection<List<?>> names = identity.certificate().getSubjectAlternativeNames();
            Set<String> hosts = new TreeSet<>();
            if (names != null) {
                names.forEach(entry -> hosts.add(
                        String.valueOf(entry.get(1)).equals("0:0:0:0:0:0:0:1") ? "::1" : String.valueOf(entry.get(1))));
            }
            return hosts;
        } catch (CertificateParsingException e) {
            return Set.of();
        }
    }

    /** What cannot be read is made again. */
    private static Optional<Identity> read(Path file) {
        try {
            return Optional.of(Identity.parse(Files.readString(file, StandardCharsets.US_ASCII), file.toString()));
        } catch (NoSuchFileException | InvalidRequestException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StorageException("Could not read " + file + ": " + AtomicFile.reason(e), e);
        }
    }
}
