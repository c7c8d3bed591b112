package io.sandboximage.buildkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sandboximage.testkit.engine.Command;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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

/** A registry's token server: signs tokens for one user, and remembers who asked with what. */
final class TokenServer implements AutoCloseable {
    static final String SERVICE = "test registry";
    static final String ISSUER = "test issuer";

    private final HttpServer server;
    private final Path certificate;
    private final PrivateKey key;
    private final String authorization;
    private final List<String> userAgents = new CopyOnWriteArrayList<>();

    TokenServer(Path folder, String user, String password) throws IOException, GeneralSecurityException {
        certificate = folder.resolve("token.crt");
        Path keyFile = folder.resolve("token.key");
        Command.of("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + ISSUER)
                .with("-days", 2, "-keyout", keyFile, "-out", certificate)
                .run()
                .orFail();
        key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der(keyFile)));
        authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/token", this::answer);
        server.start();
    }

    String realm() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
    }

    Path certificate() {
        return certificate;
    }

    /** Of all that asked with the right password. */
    List<String> userAgents() {
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
            if (!authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            userAgents.add(exchange.getRequestHeaders().getFirst("User-Agent"));
            byte[] body = ("{\"token\":\"" + token(exchange.getRequestURI().getRawQuery()) + "\",\"expires_in\":300}")
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
                String scope = URLDecoder.decode(parameter.substring("scope=".length()), StandardCharsets.UTF_8);
                String[] parts = scope.split(":");
                access.add("{\"type\":\"%s\",\"name\":\"%s\",\"actions\":[\"%s\"]}"
                        .formatted(parts[0], parts[1], parts[2].replace(",", "\",\"")));
            }
        }
        long now = Instant.now().getEpochSecond();
        String header = "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5c\":[\"%s\"]}"
                .formatted(Base64.getEncoder().encodeToString(der(certificate)));
        String claims = ("{\"iss\":\"%s\",\"sub\":\"u\",\"aud\":\"%s\",\"exp\":%d,\"nbf\":%d,\"iat\":%d,\"jti\":\"%s\","
                        + "\"access\":[%s]}")
                .formatted(ISSUER, SERVICE, now + 300, now - 60, now, UUID.randomUUID(), String.join(",", access));
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
