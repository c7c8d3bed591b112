package io.sandboximage.examples.service;

import com.sun.net.httpserver.HttpServer;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.error.StorageException;
import io.sandboximage.registry.RegistryClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;

/**
 * Runs pipelines for others over HTTP, on nothing but the JDK's own server.
 *
 * <pre>
 * POST   /pipelines              {"context": "web", "image": "acme/web:1", "ext4": true}   202, 400, 429 with Retry-After
 * GET    /pipelines/ID           its state, its steps, what it made
 * GET    /pipelines/ID/events    its progress as server-sent events; Last-Event-ID goes on where one was
 * DELETE /pipelines/ID           cancels it
 * </pre>
 *
 * <p>Jobs, those that wait, listeners, remembered jobs, events and bodies all have limits, so that what the service holds does not
 * grow with its age. Thread-safe. As a program:
 *
 * <pre>{@code
 * BUILDKIT_HOST=tcp://builder.example.com:1234 SERVICE_TOKEN=… PipelineService 8080 contexts output registry.example.com
 * }</pre>
 */
public final class PipelineService implements AutoCloseable {
    /** Besides listeners. */
    private static final int QUICK_REQUESTS = 16;

    private final HttpServer http;
    private final ExecutorService threads;
    private final JobBoard jobs;
    private final ServiceSettings settings;

    private PipelineService(HttpServer http, ExecutorService threads, JobBoard jobs, ServiceSettings settings) {
        this.http = http;
        this.threads = threads;
        this.jobs = jobs;
        this.settings = settings;
    }

    /** @throws StorageException if nothing can listen there */
    static PipelineService start(ServiceSettings settings, Pipelines pipelines) {
        JobBoard jobs = new JobBoard(pipelines, settings);
        ExecutorService threads = ServiceThreads.open(settings.listeners() + QUICK_REQUESTS);
        try {
            HttpServer http = HttpServer.create(settings.address(), 0);
            http.setExecutor(threads);
            http.createContext("/", new PipelineRoutes(jobs, settings));
            http.start();
            return new PipelineService(http, threads, jobs, settings);
        } catch (IOException e) {
            threads.shutdownNow();
            throw new StorageException("Could not listen at " + settings.address() + ": " + e.getMessage(), e);
        }
    }

    /** Where it listens. */
    URI url() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /** Ends in order: no new jobs, those that run get their time, listeners hear the end. */
    @Override
    public void close() {
        try {
            jobs.close(settings.grace());
        } catch (InterruptedException e) {
            jobs.all().forEach(PipelineJob::cancel);
            Thread.currentThread().interrupt();
        }
        http.stop(1);
        threads.shutdownNow();
    }

    public static void main(String[] args) {
        Map<String, String> environment = System.getenv();
        ServiceSettings settings = ServiceSettings.onLoopback(Integer.parseInt(args[0]));
        String token = environment.get("SERVICE_TOKEN");
        BuildKitBuilder builder = BuildKitBuilder.auto()
                .credentials(CredentialProvider.fromEnvironment())
                .inPlace();
        RegistryClient registries = RegistryClient.fromEnvironment();
        PipelineService service = start(
                token == null ? settings : settings.token(token),
                new BuildPipelines(Path.of(args[1]), Path.of(args[2]), args[3], builder, registries));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            service.close();
            registries.close();
            builder.close();
        }));
        // The server's own thread keeps the program alive.
        System.out.println("listening at " + service.url());
    }
}
