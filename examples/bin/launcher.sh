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

# For use as: fail WHY || return
fail() {
    say "$*"
    return 1
}

# Sets java, java_options and class_path, from sources as they are now; fails with a message.
prepare() {
    find_java || return
    if [ -n "${SANDBOX_IMAGE_CLASS_PATH-}" ]; then
        class_path=$SANDBOX_IMAGE_CLASS_PATH
        return
    fi
    if stale; then
        with_lock build || return
    fi
    read_class_path
}

# The same without a look at the sources, which takes longer than the rest: what was built once is good.
prepare_quickly() {
    find_java || return
    if [ -n "${SANDBOX_IMAGE_CLASS_PATH-}" ]; then
        class_path=$SANDBOX_IMAGE_CLASS_PATH
        return
    fi
    if ! built; then
        with_lock build || return
    fi
    read_class_path
}

read_class_path() {
    IFS= read -r class_path <"$state/class-path" || [ -n "$class_path" ] || return
    class_path=$root/examples/target/examples.jar:$class_path
}

# Sets java, java_home, java_build (for instance 17.0.9), java_version (17) and java_options.
find_java() {
    if [ -n "${JAVA_HOME-}" ]; then
        java_home=$JAVA_HOME
        java=$JAVA_HOME/bin/java
        [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME but there is no bin/java in it" || return
    else
        java=$(command -v java) || fail "no java found: install JDK $oldest_java or newer, or set JAVA_HOME" || return
        java_home=$(readlink -f "$java" 2>/dev/null || echo "$java")
        java_home=${java_home%/bin/java}
    fi
    java_build=
    if [ -r "$java_home/release" ]; then
        while IFS= read -r line; do
            case $line in
                JAVA_VERSION=\"*\")
                    java_build=${line#*\"}
                    java_build=${java_build%\"}
                    ;;
            esac
        done <"$java_home/release"
    fi
    # To ask it takes as long as all else here.
    [ -n "$java_build" ] || java_build=$("$java" -version 2>&1 | awk -F'"' '/version "/ { print $2; exit }')
    java_version=${java_build%%[.+-]*}
    case $java_version in
        '' | *[!0-9]*) fail "cannot tell the version of $java: is it a JDK?" || return ;;
    esac
    if [ "$java_version" -lt "$oldest_java" ]; then
        fail "$java is Java $java_version, but $oldest_java or newer is needed: set JAVA_HOME to a newer JDK" || return
    fi
    # Of archives that it cannot use the JVM would tell on standard output.
    java_options="-Xmx256m -XX:+UseSerialGC -XX:-UsePerfData -Xshare:auto -Xlog:disable -Xlog:all=error:stderr"
    if [ "$java_version" -ge 24 ]; then
        # zstd-jni loads a native library; without this each start prints four lines of warning.
        java_options="$java_options --enable-native-access=ALL-UNNAMED"
    fi
    class_data=-Xshare:auto
    class_list=-Dsandboximage.classes=
}

# Sets class_data and class_list: the options by which starts of one kind share the classes that they load. The first start writes
# down which these are (see ClassList.java), the second makes an archive of them beside its own work, and later ones use it.
share_classes() {
    [ -z "${SANDBOX_IMAGE_CLASS_PATH-}" ] && [ -w "$state" ] || return 0
    archive=$state/$1-$java_build-${java_home##*/}
    if younger_than_jars "$archive.jsa"; then
        class_data=-XX:SharedArchiveFile=$archive.jsa
    elif younger_than_jars "$archive.classes"; then
        archive_classes
    else
        class_data=-XX:DumpLoadedClassList=$archive.classes.$$
        class_list=-Dsandboximage.classes=$archive.classes.$$
    fi
}

# The JVM refuses an archive as a whole when one jar is another than it was.
younger_than_jars() {
    [ -f "$1" ] || return 1
    saved_ifs=$IFS
    IFS=:
    for jar in $class_path; do
        if ! [ "$1" -nt "$jar" ]; then
            IFS=$saved_ifs
            return 1
        fi
    done
    IFS=$saved_ifs
}

archive_classes() {
    if ! mkdir "$archive.lock" 2>/dev/null; then
        # Somebody else does, or was killed while he did.
        owner=
        { IFS= read -r owner <"$archive.lock/pid"; } 2>/dev/null || :
        [ -n "$owner" ] && kill -0 "$owner" 2>/dev/null || rm -rf "$archive.lock"
        return 0
    fi
    # shellcheck disable=SC2086 # options are words
    (
        trap 'rm -rf "$archive.lock" "$archive.jsa.new"' EXIT
        "$java" $java_options -Xshare:dump -XX:SharedClassListFile="$archive.classes" \
            -XX:SharedArchiveFile="$archive.jsa.new" -cp "$class_path" \
            && mv -f "$archive.jsa.new" "$archive.jsa"
    ) </dev/null >/dev/null 2>&1 &
    echo $! >"$archive.lock/pid"
}

# The JVM takes names of files and arguments for ASCII where the locale says nothing. Sets locale_before for whoever it starts.
read_utf_8() {
    locale_before=-Dsandboximage.charset=unchanged
    case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in
        C | POSIX)
            locale_before=-Dsandboximage.locale=${LC_ALL-}
            LC_ALL=C.UTF-8
            export LC_ALL
            ;;
    esac
}

# Whether there is a build.
built() {
    [ -f "$state/stamp" ] && [ -f "$state/class-path" ] && [ -f "$root/examples/target/examples.jar" ]
}

# Whether there is no build, or one that is older than the sources, or one whose jars are gone.
stale() {
    built || return 0
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
        || fail "a build is needed, but there is no javac beside $java: install a full JDK" || return
    say "building (first use, or sources have changed); this takes a moment"
    # Older than anything that changes while the build runs.
    touch "$state/stamp.new"
    # CI turns on checks that need more downloads; they are not the launcher's business.
    (unset CI && cd "$root" && ./mvnw -B -q -pl examples -am package \
        -Dmaven.test.skip=true -Dmaven.javadoc.skip=true -Dmaven.source.skip=true) >&2 \
        || fail "the build failed; the reason is above" || return
    [ -f "$state/class-path" ] || fail "the build left no $state/class-path" || return
    mv "$state/stamp.new" "$state/stamp"
}

# Runs a command while no other launcher of this clone does. A folder is the lock: making one is atomic everywhere.
with_lock() {
    mkdir -p "$state" || fail "cannot write to $state: build it once as the user who owns the clone" || return
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
    result=0
    "$@" || result=$?
    rm -rf "$lock"
    trap - EXIT INT TERM
    return $result
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
