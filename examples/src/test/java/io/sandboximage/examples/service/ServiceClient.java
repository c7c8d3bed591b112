package io.sandboximage.examples.service;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.stream.Stream;

/** Requests to a service as its clients make them. */
final class ServiceClient {
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI service;
    private final String token;

    ServiceClient(URI service, String token) {
        this.service = service;
        this.token = token;
    }

    HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        return http.send(
                request(path)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The state of a job. */
    String state(String location) throws IOException, InterruptedException {
        return send("GET", location, "").body().replaceAll("(?s).*\"state\":\"(\\w+)\".*", "$1");
    }

    /** Posts an order that has to be taken. */
    String order(String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = send("POST", "/pipelines", body);
        if (answer.statusCode() != 202) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return answer.headers().firstValue("Location").orElseThrow();
    }

    /** Lines of the stream of events, to its end. */
    HttpResponse<Stream<String>> events(String location, long after) throws IOException, InterruptedException {
        return http.send(
                request(location + "/events")
                        .header("Last-Event-ID", Long.toString(after))
                        .build(),
                HttpResponse.BodyHandlers.ofLines());
    }

    /** The same as it comes, to be closed early. */
    InputStream open(String location) throws IOException, InterruptedException {
        return http.send(request(location + "/events").build(), HttpResponse.BodyHandlers.ofInputStream())
                .body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(service.resolve(path)).header("Authorization", "Bearer " + token);
    }
}
