package io.sandboximage.testkit.depot;

import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.internal.json.JsonView;
import io.sandboximage.registry.RegistryClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The service that copies blobs of builds to other registries: it really does. Its calls are those of {@code blobs/CopyBlob}. */
final class BlobFront extends Handler.Abstract {
    private static final String PATH = "/blobs/";
    private static final String NAME = "blobs/CopyBlob";
    private static final int MAX_BODY = 64 * 1024;
    private static final int OK = 200;
    private static final int BAD_GATEWAY = 502;

    private final EmulatorState state;
    private final FaultScript faults;
    private final List<DepotCall> calls;
    private final HttpClient http = HttpClient.newHttpClient();

    BlobFront(EmulatorState state, FaultScript faults, List<DepotCall> calls) {
        this.state = state;
        this.faults = faults;
        this.calls = calls;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = request.getHttpURI().getPath();
        if (!path.startsWith(PATH)) {
            return false;
        }
        try {
            answer(request, path, response, callback);
        } catch (IOException e) {
            callback.failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            callback.failed(e);
        }
        return true;
    }

    private void answer(Request request, String path, Response response, Callback callback)
            throws IOException, InterruptedException {
        byte[] body;
        try (InputStream in = Content.Source.asInputStream(request)) {
            body = in.readNBytes(MAX_BODY);
        }
        Map<String, String> headers = new TreeMap<>();
        for (HttpField field : request.getHeaders()) {
            headers.put(field.getName().toLowerCase(Locale.ROOT), String.valueOf(field.getValue()));
        }
        String type = headers.getOrDefault("content-type", "");
        DepotCall call =
                new DepotCall(NAME, type, headers, List.of(path + "\n" + new String(body, StandardCharsets.UTF_8)));
        calls.add(call);
        int status = OK;
        String text = "{}";
        try {
            Optional<FaultScript.Fault> fault = faults.next(NAME);
            if (fault.isPresent()) {
                status = fault.get().status();
                text = fault.get()
                        .page()
                        .orElseThrow(() -> fault.get().refusal().orElseThrow());
            } else {
                String[] parts = path.substring(PATH.length()).split("/", 2);
                EmulatedBuild build = state.build(call, parts[0]);
                copy(build, Digest.parse(parts[1]), JsonView.parse(body, MAX_BODY, "order"));
            }
        } catch (RpcFault refusal) {
            status = RpcCode.of(refusal.code()).http();
            text = ErrorJson.of(refusal);
        } catch (SandboxImageException e) {
            status = BAD_GATEWAY;
            text = String.valueOf(e.getMessage());
        }
        response.setStatus(status);
        response.write(true, RpcFront.utf8(text), callback);
    }

    private void copy(EmulatedBuild build, Digest blob, JsonView order) throws IOException, InterruptedException {
        DepotBackingRegistry registry = Optional.ofNullable(state.registry)
                .orElseThrow(() -> new RpcFault("not_found", "There is no registry"));
        String pair = registry.user() + ":" + registry.password();
        HttpRequest get = HttpRequest.newBuilder(
                        URI.create("http://" + registry.host() + "/v2/" + build.projectId + "/blobs/" + blob))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
                .build();
        HttpResponse<byte[]> found = http.send(get, HttpResponse.BodyHandlers.ofByteArray());
        if (found.statusCode() != OK) {
            throw new RpcFault("not_found", "Blob not found");
        }
        String host = order.requireString("registryHost");
        ImageReference to = new ImageReference(
                host, order.requireString("repositoryNamespace"), Optional.empty(), Optional.empty());
        Credentials credentials = credentials(order.requireString("tokenScheme"), order.requireString("registryToken"));
        try (RegistryClient client = RegistryClient.builder()
                .credentials(CredentialProvider.of(host, credentials))
                .build()) {
            client.repository(to).blobs().upload(Descriptor.of("application/octet-stream", found.body()), found.body());
        }
    }

    private static Credentials credentials(String scheme, String token) {
        if (!scheme.equals("Basic")) {
            return Credentials.bearer(token);
        }
        String pair = new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
        int colon = pair.indexOf(':');
        return Credentials.basic(pair.substring(0, colon), pair.substring(colon + 1));
    }
}
