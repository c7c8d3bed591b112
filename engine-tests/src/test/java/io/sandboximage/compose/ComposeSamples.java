package io.sandboximage.compose;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Compose projects for tests. */
final class ComposeSamples {
    private ComposeSamples() {}

    static Stream<ComposeSample> understood() {
        ComposeSample graph = ComposeSample.of("graph", """
                services:
                  web: {build: ./web, depends_on: [db, cache], profiles: [front, "all"]}
                  db: {build: ./db, depends_on: {cache: {condition: service_started}}}
                  cache: {image: redis, build: {context: ./cache}}
                  app.one:
                    build: {context: ., additional_contexts: {base: "service:base_two"}}
                    links: ["db:database"]
                    network_mode: "service:db"
                  base_two: {build: base, platform: linux/arm64}
                  later: {build: later, profiles: [late], volumes_from: ["cache:ro"]}
                  given: {image: busybox}
                """);
        ComposeSample several = ComposeSample.of("several files", """
                name: first
                x-common: &common {args: {A: "1", B: "2"}, labels: [x=1]}
                services:
                  web:
                    build:
                      <<: *common
                      context: web
                      tags: [a:1, b:1]
                      cache_from: [one]
                      extra_hosts: ["h:1.1.1.1"]
                      ssh: [default]
                      ulimits: {nofile: 10}
                    depends_on: [db]
                  db: {image: db}
                """).file("second.yaml", """
                        services:
                          web:
                            image: web:2
                            build:
                              args: [B=3, C, SET]
                              labels: {y: 2, x: "3"}
                              tags: [c:1, a:1]
                              cache_from: [one, two]
                              extra_hosts: {h: 1.1.1.1, other: "::1"}
                              ulimits: {nofile: {soft: 1, hard: 2}, nproc: 5}
                            depends_on: {db: {condition: service_healthy}}
                          more: {build: more}
                        """);
        return Stream.of(
                ComposeSample.of("short form", "services: {a: {build: ./dir}, b: {build: .}, c: {build: ~/x}}"),
                ComposeSample.of("every attribute", """
                        services:
                          a:
                            image: ghcr.io/acme/a:1
                            build:
                              context: ctx
                              dockerfile: sub/Dockerfile.dev
                              args: {S: text, I: 10000000, N: -3, F: 1.50, G: 3.0, B: true, SET: , NONE: , EMPTY: ""}
                              target: stage
                              additional_contexts:
                                - one=./one
                                - two=docker-image://busybox
                                - git=https://example.com/r.git#main
                              cache_from: [type=local,src=x, "acme/cache"]
                              cache_to: ["type=inline"]
                              secrets: [file, {source: env, target: id}]
                              ssh: {default: "", key: ./id_rsa}
                              labels: {l: 1, m: true, n: , o: "$$x"}
                              platforms: [linux/arm64]
                              tags: [x:1, x:2]
                              network: none
                              no_cache: true
                              pull: "true"
                              shm_size: 64m
                              extra_hosts: ["a=1.1.1.1", "b:2.2.2.2", "a:[::1]"]
                              entitlements: [network.host]
                              privileged: true
                              isolation: default
                              ulimits: {nofile: {soft: 1, hard: 2}, nproc: 5}
                              provenance: mode=max
                              sbom: true
                              x-note: anything
                        secrets:
                          file: {file: ./secret}
                          env: {environment: SET}
                        """),
                ComposeSample.of("lists", """
                        services:
                          a:
                            build:
                              args: [A=1, SET, NONE, "D=a=b", "E="]
                              labels: ["l=1", "m"]
                              shm_size: 1048576
                              pull: no
                          b: {build: {dockerfile: /abs/Dockerfile, shm_size: "1.5gb", network: host, sbom: "generator=x"}}
                        """),
                ComposeSample.of("inline", """
                        services:
                          a:
                            build:
                              dockerfile_inline: |
                                FROM scratch
                                ENV A=$${B} C=$$D E=${SET}
                              args: {X: "$${Y}"}
                        """),
                ComposeSample.of("variables", """
                        name: p-${NUMBER}
                        services:
                          a:
                            image: "${NONE:-d}/${SET}/${EMPTY-x}:${EMPTY:-${NUMBER}}"
                            build:
                              context: ${NONE-./x}
                              args:
                                A: ${SET:+yes}${NONE:+no}${EMPTY+e}
                                B: "$SET-$NUMBER-$$SET"
                                C: ${SET?must} and ${SET:?must}
                                D: "${NONE:-a}{b}${NONE:-c}"
                                E: "${NONE:-${SET:-x} y}"
                                F: "${NONE:-:?}"
                                G: ${COMPOSE_PROJECT_NAME}
                                H: "$1 $ a$"
                        """.replace("H: \"$1 $ a$\"", "H: plain")),
                ComposeSample.of(
                                "environment file",
                                "services: {a: {image: \"i:$A\", build: {args: [A, B, C, D, E, F, G]}}}")
                        .file(".env", """
                                # comment
                                A=1
                                export B = two words # more
                                C='single $A'
                                D="double $A\\n\\$x"
                                E: yaml ${SET}
                                F=${A:-x}${NONE:-y}
                                SET=ignored
                                G="a
                                b"
                                COMPOSE_PROJECT_NAME=from-env
                                """),
                ComposeSample.of("other environment files", "services: {a: {image: \"i:$A\", build: {args: [A, B]}}}")
                        .file(".env", "A=wrong")
                        .file("one.env", "A=1\nB=$A")
                        .file("two.env", "A=2\n")
                        .line("--env-file one.env --env-file two.env build"),
                ComposeSample.of("override found", "services: {a: {build: {context: a, args: {A: 1}}}}")
                        .file("compose.override.yml", "services: {a: {build: {args: {A: 2}, target: x}}}"),
                ComposeSample.of("no override with files given", "services: {a: {build: a}}")
                        .file("compose.override.yml", "services: {a: {build: b}}")
                        .line("-f compose.yaml build"),
                several.line("-f compose.yaml -f second.yaml build"),
                several.line("-f compose.yaml -f second.yaml -p other build --build-arg B=9 --build-arg NONE web"),
                graph,
                graph.line("build web"),
                graph.line("build --with-dependencies web"),
                graph.line("--profile front build"),
                graph.line("--profile * build"),
                graph.line("build app.one"),
                graph.line("build later --no-cache --pull"),
                graph.line("build given"),
                graph.line("--compatibility build db --ssh default"),
                graph.line("build cache --ssh key=/k"),
                ComposeSample.of("project directory", "services: {a: {build: {context: ., dockerfile: d/f}}}")
                        .line("--project-directory sub build"),
                ComposeSample.of("file elsewhere", "services: {}")
                        .file("deep/down/x.yml", "services: {a: {build: .}}")
                        .line("-f deep/down/x.yml build"),
                ComposeSample.of(
                        "documents",
                        "services: {a: {build: a}}\n---\nservices: {a: {build: {target: t}}, b: {build: b}}\n"),
                ComposeSample.of("anchors", """
                        x-args: &args {A: "1"}
                        x-more: &more {B: "2", A: "3"}
                        x-build: &build
                          context: .
                          args:
                            <<: [*args, *more]
                            C: "4"
                        services:
                          a: {build: *build}
                          b: {build: {<<: *build, target: t}}
                        """),
                ComposeSample.of("secret that is not set", """
                        services: {a: {build: {context: ., secrets: [s]}}}
                        secrets: {s: {environment: NONE}}
                        """));
    }

    static Stream<ComposeSample> refused() {
        return Stream.of(
                ComposeSample.of("no image", "services: {a: {command: x}}")
                        .says("has neither an image nor a build context"),
                ComposeSample.of("no such service", "services: {a: {build: .}}")
                        .line("build b")
                        .says("no such service: b"),
                ComposeSample.of("both Dockerfiles", "services: {a: {build: {dockerfile: x, dockerfile_inline: y}}}")
                        .says("mutualy exclusive dockerfile and dockerfile_inline"),
                ComposeSample.of("required variable", "services: {a: {build: {target: \"${NONE:?say it}\"}}}")
                        .says("required variable NONE is missing a value: say it"),
                ComposeSample.of("bad variable", "services: {a: {build: {target: \"${NO-NE:}${\"}}}")
                        .says("invalid interpolation format for services.a.build.target"),
                ComposeSample.of("unknown base", "services: {a: {build: {additional_contexts: {x: \"service:b\"}}}}")
                        .says("declares unknown service \"b\" as additional contexts x"),
                ComposeSample.of(
                                "unbuilt base",
                                "services: {b: {image: x}, a: {build: {additional_contexts: {x: \"service:b\"}}}}")
                        .says("declares non-buildable service \"b\" as additional contexts x"),
                ComposeSample.of("undefined dependency", "services: {a: {build: ., depends_on: [b]}}")
                        .says("service \"a\" depends on undefined service \"b\""),
                ComposeSample.of("circle", "services: {a: {build: ., depends_on: [b]}, b: {build: ., depends_on: [a]}}")
                        .says("dependency cycle detected"),
                ComposeSample.of("undefined secret", "services: {a: {build: {secrets: [s]}}}")
                        .says("refers to undefined build secret s"),
                ComposeSample.of(
                                "platforms",
                                "services: {a: {platform: linux/amd64, build: {platforms: [linux/arm64]}}}")
                        .says("MUST include service.platform"),
                ComposeSample.of("project name", "services: {a: {build: .}}")
                        .line("-p Bad! build")
                        .says("invalid project name"),
                ComposeSample.of("environment file", "services: {a: {build: .}}")
                        .line("--env-file gone build")
                        .says("couldn't find env file"),
                ComposeSample.of("cannot override", "services: {a: {build: {ssh: {default: \"\"}}}}")
                        .file("b.yaml", "services: {a: {build: {platforms: linux/amd64}}}")
                        .line("-f compose.yaml -f b.yaml build")
                        .says("platforms"));
    }

    static Stream<ComposeSample> onlyCompose() {
        return Stream.of(
                ComposeSample.of("extends", "services: {a: {extends: {service: b}}, b: {build: .}}")
                        .says("services.a.extends"),
                ComposeSample.of("include", "include: [other.yaml]\nservices: {a: {build: .}}")
                        .says("include"),
                ComposeSample.of("unknown attribute", "services: {a: {build: {context: ., novel: 1}}}")
                        .says("services.a.build.novel"),
                ComposeSample.of("reset", "services: {a: {build: {context: ., target: !reset null}}}")
                        .says("!reset"),
                ComposeSample.of("octal", "services: {a: {build: {args: {A: 0777}}}}")
                        .says("quotes"),
                ComposeSample.of("date", "services: {a: {build: {args: {A: 2020-01-01}}}}")
                        .says("quotes"),
                ComposeSample.of("exponent", "services: {a: {build: {args: {A: 1e30}}}}")
                        .says("quotes"));
    }

    /** Projects that a seed makes. */
    static Stream<ComposeSample> generated(int count) {
        return IntStream.range(0, count).mapToObj(ComposeSamples::ofSeed);
    }

    private static ComposeSample ofSeed(int seed) {
        Random random = new Random(seed);
        List<String> names = List.of("alpha", "beta", "gamma", "delta", "eps_1", "z.2");
        StringBuilder one = new StringBuilder("services:\n");
        StringBuilder two = new StringBuilder("services:\n");
        for (int i = 0; i < names.size(); i++) {
            one.append(service(names, i, random));
            if (random.nextBoolean()) {
                two.append(service(names, i, random));
            }
        }
        two.append("  extra: {build: {context: extra}}\n");
        List<String> words = new ArrayList<>(List.of("-f", "compose.yaml", "-f", "over.yaml"));
        if (random.nextBoolean()) {
            words.addAll(List.of("--profile", "p" + random.nextInt(3)));
        }
        words.add("build");
        if (random.nextInt(3) == 0) {
            words.addAll(List.of("--build-arg", "GIVEN=1", "--with-dependencies"));
        }
        if (random.nextInt(3) == 0) {
            words.add(names.get(random.nextInt(names.size())));
        }
        return ComposeSample.of("generated " + seed, one.toString())
                .file("over.yaml", two.toString())
                .line(String.join(" ", words));
    }

    private static String service(List<String> names, int index, Random random) {
        StringBuilder text = new StringBuilder("  " + names.get(index) + ":\n");
        if (random.nextInt(3) == 0) {
            text.append("    image: img-${NUMBER}:").append(index).append('\n');
        }
        if (random.nextInt(4) == 0) {
            text.append("    platform: linux/amd64\n");
        }
        if (index > 0 && random.nextBoolean()) {
            text.append("    depends_on: [")
                    .append(names.get(random.nextInt(index)))
                    .append("]\n");
        }
        text.append("    build:\n      context: ./dir")
                .append(random.nextInt(3))
                .append('\n');
        List<String> attributes = List.of(
                "args: {A: " + random.nextInt(99) + ", B: \"${SET}\", C: }",
                "labels: {a: b, c: " + random.nextInt(9) + "}",
                "tags: [t:" + random.nextInt(4) + ", u:1]",
                "target: s" + random.nextInt(4),
                "dockerfile: D" + random.nextInt(4),
                "cache_from: [c" + random.nextInt(4) + "]",
                "no_cache: " + random.nextBoolean(),
                "network: host",
                "extra_hosts: [\"h" + random.nextInt(3) + ":1.2.3." + random.nextInt(9) + "\"]",
                "additional_contexts: {x" + random.nextInt(2) + ": ./y}",
                "ulimits: {nofile: " + (1 + random.nextInt(9)) + "}",
                "shm_size: " + random.nextInt(9) + "m");
        attributes.stream()
                .filter(any -> random.nextInt(3) == 0)
                .forEach(line -> text.append("      ").append(line).append('\n'));
        if (index > 1 && random.nextInt(3) == 0) {
            text.append("      additional_contexts: {base: \"service:")
                    .append(names.get(index - 1))
                    .append("\"}\n");
        }
        return withoutRepeatedContexts(text.toString());
    }

    private static String withoutRepeatedContexts(String text) {
        int first = text.indexOf("additional_contexts");
        int last = text.lastIndexOf("      additional_contexts");
        return first >= 0 && last > first ? text.substring(0, last) : text;
    }
}
