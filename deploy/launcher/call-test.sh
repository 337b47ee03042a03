# shellcheck shell=bash

. "$launcher/images.sh"

call_test() {
    local long=none what=
    while [ $# -gt 0 ]; do
        case $1 in
            --long) long=1 ;;
            -*) fail "test knows --long and a module or class, not $1" ;;
            *) [ -z "$what" ] || fail "test takes one module or class"; what=$1 ;;
        esac
        shift
    done
    check_disk "$STRATA_HOME" 4096
    find_jdk
    find_maven
    test_programs
    find_docker
    local arguments=(-B -ntp -Dstyle.color=never verify)
    [ "$long" = none ] || arguments+=(-Dtest.excluded=none)
    if [ -n "$what" ]; then
        local module
        module=$(module_of "$what")
        [ -n "$module" ] && [ "$module" != system-tests ] || build
        if [ -n "$module" ]; then
            arguments+=(-pl "$module" -am)
        else
            arguments+=("-Dtest=$what" "-Dit.test=$what" -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false)
        fi
    fi
    if [ -z "$what" ] || [ "$(module_of "$what")" = system-tests ]; then
        hub_answers || build_images
    fi
    find "$STRATA_ROOT" \( -path '*/target/surefire-reports/*.xml' -o -path '*/target/failsafe-reports/*.xml' \) -delete
    local status=0
    (cd "$STRATA_ROOT" && STRATA_BUILT=1 mvn "${arguments[@]}") || status=$?
    echo
    closing_line
    return $status
}

# The programs that tests run beside Strata: real peers and real clients.
test_programs() {
    container_programs || true
    packages_for "the tests" skopeo:skopeo docker-registry:docker-registry umoci:umoci busybox:busybox-static \
        fsck.erofs:erofs-utils curl:curl strace:strace /usr/bin/getfattr:attr || true
    [ -e /usr/lib/x86_64-linux-gnu/libisal.so.2 ] || [ "$(uname -m)" != x86_64 ] || ! is_root || install_packages libisal2 || true
}

module_of() {
    sed -n 's|.*<module>\(.*\)</module>.*|\1|p' "$STRATA_ROOT/pom.xml" | grep -E "(^|/)$1\$" | head -n 1
}

# The sum of all modules' reports, in the form that any reader of logs understands.
closing_line() {
    find "$STRATA_ROOT" \( -path '*/target/surefire-reports/TEST-*.xml' -o -path '*/target/failsafe-reports/TEST-*.xml' \) -exec grep -hom1 '<testsuite [^>]*>' {} + \
        | awk '{
            for (i = 1; i <= NF; i++) if (match($i, /^(tests|errors|failures|skipped)="[0-9]+"/)) { split($i, f, "\""); sub(/=.*/, "", f[1]); n[f[1]] += f[2] }
        } END { bad = n["errors"] + n["failures"]; printf "%d passed, %d failed, %d skipped\n", n["tests"] - bad - n["skipped"], bad, n["skipped"] }'
}
