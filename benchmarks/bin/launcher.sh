# Sourced by the launchers beside it: launch CLASS HEAP ARGUMENT… builds what a benchmark needs, and runs it.
launch() {
  local class=$1 heap=$2 classpath
  shift 2
  classpath=$(mktemp)
  trap "rm -f '$classpath'" EXIT
  ./mvnw -B -q -pl benchmarks -am package -DskipTests -Dmaven.javadoc.skip \
    org.apache.maven.plugins:maven-dependency-plugin:build-classpath -Dmdep.outputFile="$classpath"
  java -Xmx"$heap" -cp "$(ls benchmarks/target/benchmarks-*.jar | grep -v -e sources -e javadoc | head -1):$(cat "$classpath")" "io.sandboximage.benchmarks.$class" "$@"
}
