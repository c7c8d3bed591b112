package io.sandboximage.testkit.daytona;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Signs tokens for robots, as Harbor does, so that a real registry
 * ({@link #startRegistry}) takes them. Needs {@code openssl}.
 */
public final class RobotTokenServer implements AutoCloseable {
    private static final String SERVICE = "transient registry";
    private static final String ISSUER = "daytona emulator";

    private static final int LIFE_SECONDS = 300;

    private final HttpServer server;
    private final RobotAccounts robots;
    private final Path certificate;
    private final PrivateKey key;
    private final List<String> userAgents = new CopyOnWriteArrayList<>();

    private RobotTokenServer(RobotAccounts robots, HttpServer server, Path certificate, PrivateKey key) {
        this.robots = robots;
        this.server = server;
        this.certificate = certificate;
        this.key = key;
    }

    /** @param folder for its key and certificate */
    public static RobotTokenServer start(RobotAccounts robots, Path folder) {
        try {
            Files.createDirectories(folder);
            Path certificate = folder.resolve("token.crt");
            Path keyFile = folder.resolve("token.key");
            Command.of("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + ISSUER)
                    .with("-days", 2, "-keyout", keyFile, "-out", certificate)
                    .run()
                    .orFail();
            PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der(keyFile)));
            HttpServer server = LoopbackHttp.open();
            RobotTokenServer tokens = new RobotTokenServer(robots, server, certificate, key);
            server.createContext("/token", tokens::answer);
            server.start();
            return tokens;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private String realm() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
    }

    /** A registry that takes these tokens and no others; the caller closes it. */
    public RegistryProcess startRegistry(Engine kind, Path folder) {
        return RegistryProcess.startWithTokenAuth(kind, folder, realm(), SERVICE, ISSUER, certificate);
    }

    /** Of all that asked with an account that is good. */
    public List<String> userAgents() {
        return List.copyOf(userAgents);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            // Clients that begin with OAuth's POST then turn to the GET, which every token server has.
            if (!exchange.getRequestMethod().equals("GET")) {
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            String given = exchange.getRequestHeaders().getFirst("Authorization");
            boolean known = given != null
                    && BasicCredentials.parse(given)
                            .filter(c -> robots.accepts(c.username(), c.password()))
                            .isPresent();
            if (!known) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            userAgents.add(String.valueOf(exchange.getRequestHeaders().getFirst("User-Agent")));
            String token = token(exchange.getRequestURI().getRawQuery());
            byte[] body = ("{\"token\":\"" + token + "\",\"expires_in\":" + LIFE_SECONDS + "}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private String token(String query) throws IOException, GeneralSecurityException {
        List<String> access = new ArrayList<>();
        for (String parameter : query.split("&")) {
            if (parameter.startsWith("scope=")) {
                String[] scope = URLDecoder.decode(parameter.substring("scope=".length()), StandardCharsets.UTF_8)
                        .split(":");
                access.add("{\"type\":\"%s\",\"name\":\"%s\",\"actions\":[\"%s\"]}"
                        .formatted(scope[0], scope[1], scope[2].replace(",", "\",\"")));
            }
        }
        long now = Instant.now().getEpochSecond();
        String header = "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5c\":[\"%s\"]}"
                .formatted(Base64.getEncoder().encodeToString(der(certificate)));
        String claims =
                ("{\"iss\":\"%s\",\"sub\":\"robot\",\"aud\":\"%s\",\"exp\":%d,\"nbf\":%d,\"iat\":%d,\"jti\":\"%s\","
                                + "\"access\":[%s]}")
                        .formatted(
                                ISSUER,
                                SERVICE,
                                now + LIFE_SECONDS,
                                now - 60,
                                now,
                                UUID.randomUUID(),
                                String.join(",", access));
        String signed =
                base64(header.getBytes(StandardCharsets.UTF_8)) + "." + base64(claims.getBytes(StandardCharsets.UTF_8));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + base64(signature.sign());
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] der(Path pem) throws IOException {
        return Base64.getMimeDecoder()
                .decode(Files.readString(pem)
                        .replaceAll("-----[A-Z ]+-----", "")
                        .strip());
    }
}
