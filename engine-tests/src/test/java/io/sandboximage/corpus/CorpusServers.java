package io.sandboximage.corpus;

import com.sun.net.httpserver.HttpServer;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.testkit.engine.Engine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What Dockerfiles of the corpus fetch by themselves: files over HTTP and a git repository, both on loopback. */
final class CorpusServers implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private final HttpServer http;
    private final Daemon git;
    private final int gitPort;

    private CorpusServers(HttpServer http, Daemon git, int gitPort) {
        this.http = http;
        this.git = git;
        this.gitPort = gitPort;
    }

    static CorpusServers start(Path folder) throws IOException {
        Path files = Files.createDirectories(folder.resolve("http"));
        Path repositories = Files.createDirectories(folder.resolve("git"));
        script(files, """
                printf 'served\\n' > file.txt
                tar --owner=0 --group=0 --mtime=@900000000 -czf archive.tar.gz file.txt
                """);
        script(repositories, """
                git init -q -b main work
                cd work
                mkdir folder
                echo one > folder/file
                ln -s folder/file link
                git add .
                git commit -q -m one
                git tag v1
                echo two > folder/second
                git add .
                git commit -q -m two
                cd ..
                git clone -q --bare work repository.git
                """);
        int port = Daemon.freePort();
        Daemon git = Command.of(Engine.GIT.path(), "daemon", "--export-all", "--listen=127.0.0.1", "--port=" + port)
                .with("--base-path=" + repositories, repositories)
                .start(folder.resolve("git.log"))
                .awaitPort(port, START_LIMIT);
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", exchange -> {
            byte[] body = Files.readAllBytes(
                    files.resolve(exchange.getRequestURI().getPath().substring(1)));
            exchange.getResponseHeaders().add("Last-Modified", "Sun, 02 Jan 2000 03:04:05 GMT");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        http.start();
        return new CorpusServers(http, git, port);
    }

    /** A value of a case with the addresses in it. */
    String fill(String value) {
        return value.replace("${http}", "http://127.0.0.1:" + http.getAddress().getPort())
                .replace("${git}", "git://127.0.0.1:" + gitPort);
    }

    @Override
    public void close() {
        http.stop(0);
        git.close();
    }

    private static void script(Path folder, String text) {
        Command.of("bash", "-euc", text)
                .in(folder)
                .env("GIT_CONFIG_GLOBAL", "/dev/null")
                .env("GIT_AUTHOR_NAME", "Test")
                .env("GIT_AUTHOR_EMAIL", "test@example.com")
                .env("GIT_COMMITTER_NAME", "Test")
                .env("GIT_COMMITTER_EMAIL", "test@example.com")
                .run()
                .orFail();
    }
}
