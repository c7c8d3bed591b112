# Shared by the launchers in this folder; sourced, with $here set to this folder.
#
# Variables that a user may set:
#   JAVA_HOME                  which JDK (17 or newer); otherwise the java on the PATH
#   SANDBOX_IMAGE_JAVA_OPTS    more options for the JVM, for instance -Xmx1g; they win over the defaults here
#   SANDBOX_IMAGE_CLASS_PATH   run these classes and build nothing

oldest_java=17
root=$(CDPATH='' cd -- "$here/../.." && pwd -P)
state=$root/examples/target/launcher

say() {
    echo "sandbox-image: $*" >&2
}

fail() {
    say "$*"
    exit 1
}

# Sets java, java_options and class_path.
prepare() {
    find_java
    java_options="-Xmx256m -XX:+UseSerialGC -Xshare:auto"
    if [ "$java_version" -ge 24 ]; then
        # zstd-jni loads a native library; without this each start prints four lines of warning.
        java_options="$java_options --enable-native-access=ALL-UNNAMED"
    fi
    if [ -n "${SANDBOX_IMAGE_CLASS_PATH-}" ]; then
        class_path=$SANDBOX_IMAGE_CLASS_PATH
        return
    fi
    if stale; then
        with_lock build
    fi
    class_path=$root/examples/target/examples.jar:$(cat "$state/class-path")
}

find_java() {
    if [ -n "${JAVA_HOME-}" ]; then
        java=$JAVA_HOME/bin/java
        [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME but there is no bin/java in it"
    else
        java=$(command -v java) || fail "no java found: install JDK $oldest_java or newer, or set JAVA_HOME"
    fi
    java_version=$("$java" -version 2>&1 | awk -F'"' '/version "/ { split($2, part, /[.+-]/); print part[1]; exit }')
    case $java_version in
        '' | *[!0-9]*) fail "cannot tell the version of $java: is it a JDK?" ;;
    esac
    if [ "$java_version" -lt "$oldest_java" ]; then
        fail "$java is Java $java_version, but $oldest_java or newer is needed: set JAVA_HOME to a newer JDK"
    fi
}

# Whether there is no build, or one that is older than the sources, or one whose jars are gone.
stale() {
    [ -f "$state/stamp" ] && [ -f "$state/class-path" ] && [ -f "$root/examples/target/examples.jar" ] || return 0
    [ -z "$(find "$root"/pom.xml "$root"/*/pom.xml "$root"/sdk-*/src/main "$root"/examples/src/main \
        -newer "$state/stamp" -print 2>/dev/null | head -n 1)" ] || return 0
    saved_ifs=$IFS
    IFS=:
    for jar in $(cat "$state/class-path"); do
        if [ ! -e "$jar" ]; then
            IFS=$saved_ifs
            return 0
        fi
    done
    IFS=$saved_ifs
    return 1
}

build() {
    if ! stale; then
        return # Somebody else built it while this one waited.
    fi
    [ -x "$(dirname -- "$java")/javac" ] || [ -n "$(command -v javac)" ] \
        || fail "a build is needed, but there is no javac beside $java: install a full JDK"
    say "building (first use, or sources have changed); this takes a moment"
    # Older than anything that changes while the build runs.
    touch "$state/stamp.new"
    # CI turns on checks that need more downloads; they are not the launcher's business.
    (unset CI && cd "$root" && ./mvnw -B -q -pl examples -am package \
        -Dmaven.test.skip=true -Dmaven.javadoc.skip=true -Dmaven.source.skip=true) >&2 \
        || fail "the build failed; the reason is above"
    [ -f "$state/class-path" ] || fail "the build left no $state/class-path"
    mv "$state/stamp.new" "$state/stamp"
}

# Runs a command while no other launcher of this clone does. A folder is the lock: making one is atomic everywhere.
with_lock() {
    mkdir -p "$state" || fail "cannot write to $state: build it once as the user who owns the clone"
    lock=$state/lock
    waiting=
    until mkdir "$lock" 2>/dev/null; do
        owner=$(cat "$lock/pid" 2>/dev/null || true)
        if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null && ! ps -p "$owner" >/dev/null 2>&1; then
            # Its owner was killed. Whoever manages to move it away removes it.
            mv "$lock" "$lock.$$" 2>/dev/null && rm -rf "$lock.$$"
            continue
        fi
        [ -n "$waiting" ] || say "waiting for another start that builds"
        waiting=yes
        sleep 1
    done
    trap 'rm -rf "$lock"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    echo $$ >"$lock/pid"
    "$@"
    rm -rf "$lock"
    trap - EXIT INT TERM
}

# Sets on_terminal, and COLUMNS and LINES where standard error is a terminal: shells do not export them.
terminal_facts() {
    on_terminal=false
    [ -t 2 ] || return 0
    on_terminal=true
    size=$(stty size <&2 2>/dev/null) || return 0
    case $size in
        *' '*)
            LINES=${LINES:-${size% *}}
            COLUMNS=${COLUMNS:-${size#* }}
            export LINES COLUMNS
            ;;
    esac
}
