# shellcheck shell=bash
# Figures side by side with dockerd, which is unpacked from Debian's packages into a folder of the bench's own.

. "$launcher/images.sh"

call_bench() {
    is_root || fail "the bench starts containers: run it as root"
    find_jdk
    find_docker
    build
    container_programs || fail "the bench cannot run without these packages"
    local folder=$STRATA_HOME/bench programs
    check_disk "$folder" 6144
    mkdir -p "$STRATA_HOME/log"
    programs=$(peer_programs) || exit 1
    build_images
    start_upstream "$images_cache/registry" "$STRATA_HOME/log/bench-upstream.log"
    trap 'kill "$registry_pid" 2>/dev/null' EXIT
    (cd "$STRATA_ROOT" && mvn -q -B -ntp package -pl benchmarks -am -DskipTests -Dspotless.check.skip -Dmdep.analyze.skip) || fail "the benchmarks do not build"
    while port_taken "$(port 0)" || port_taken "$(port 4)"; do STRATA_PORT_BASE=$((STRATA_PORT_BASE + 100)); done
    "$JAVA_HOME/bin/java" -cp "$STRATA_ROOT/benchmarks/target/classes" io.strata.bench.Bench \
        "$STRATA_ROOT" "$folder" "$programs" "${upstream_url#http://}" "$STRATA_PORT_BASE" "$@" | tee "$STRATA_HOME/log/bench.txt"
}

# Unpacks dockerd, containerd and docker-init; nothing is installed, no service starts.
peer_programs() {
    local kept=${XDG_CACHE_HOME:-$HOME/.cache}/strata/peers
    if [ ! -x "$kept/usr/sbin/dockerd" ]; then
        local tmp
        tmp=$(mktemp -d)
        chmod 755 "$tmp"
        (cd "$tmp" && apt-get -qq download docker.io containerd tini >/dev/null 2>&1 && for package in *.deb; do dpkg-deb -x "$package" "$tmp/x"; done) \
            || { rm -rf "$tmp"; fail "cannot fetch dockerd from Debian's packages"; }
        mkdir -p "$kept"
        cp -a "$tmp/x/." "$kept/"
        rm -rf "$tmp"
    fi
    echo "$kept"
}
