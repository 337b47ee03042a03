# shellcheck shell=bash
# Builds what is not built, or older than its sources.

built_mark=$STRATA_ROOT/target/built

is_built() {
    [ -e "$built_mark" ] && [ -z "$(find "$STRATA_ROOT"/{pom.xml,build,libs,deploy,registry-gateway,layer-store,container-runtime,commit-service} \
        \( -name target -prune \) -o \( -path '*/src/main/*' -o -name pom.xml \) -type f -newer "$built_mark" -print -quit)" ]
}

find_maven() {
    command -v mvn >/dev/null || packages_for "the build" mvn:maven || fail "no mvn on the PATH: install Maven 3.8.7 or newer"
}

# Services and embedded parts, without tests and checks: `./strata test` has those.
# STRATA_BUILT: whoever calls has just built it all (./strata test does, and its black box tests call ./strata up).
build() {
    [ -z "${STRATA_BUILT:-}" ] || return 0
    is_built && return
    find_maven
    local begin log=$STRATA_HOME/log/build.log
    begin=$(now_ms)
    mkdir -p "$STRATA_HOME/log" "$STRATA_ROOT/target"
    line build "the services with Maven (the first time it fetches libraries: minutes)"
    local status=0
    (cd "$STRATA_ROOT" && mvn -B -ntp package -pl registry-gateway,layer-store,container-runtime,commit-service,deploy/local,deploy/local-s3 -am \
        -DskipTests -Dspotless.check.skip -Dmdep.analyze.skip 2>&1) | tee "$log" | build_progress || status=$?
    [ "$status" = 0 ] || { grep -E '^\[ERROR\]' "$log" | head -n 5 >&2; fail "the build failed: all of it is in $log"; }
    touch "$built_mark"
    line build "done" "$begin"
}

build_progress() { sed -un 's/^\[INFO\] Building \(Strata: .*\) 0\.1.*\[\(.*\)\]$/    \2  \1/p'; }
