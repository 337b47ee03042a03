# shellcheck shell=bash
# The story of Docker's images, told with the docker command line and checked step by step.

. "$launcher/images.sh"
. "$launcher/call-up.sh"
. "$launcher/call-down.sh"

call_demo() {
    [ $# = 0 ] || fail "demo takes no words"
    local begin
    begin=$(now_ms)
    packages_for "the demo" curl:curl || fail "no curl"
    # A home and ports of its own, so that the story begins with nothing and leaves what runs alone.
    STRATA_HOME=$STRATA_HOME/demo
    if [ -d "$STRATA_HOME" ]; then (call_down --wipe >/dev/null); fi
    mkdir -p "$STRATA_HOME/log"
    while port_taken "$(port 0)" || port_taken "$(port 4)"; do STRATA_PORT_BASE=$((STRATA_PORT_BASE + 100)); done
    find_docker
    find_jdk
    build
    if [ -n "${STRATA_UPSTREAMS:-}" ]; then
        say "Images come from STRATA_UPSTREAMS: $STRATA_UPSTREAMS"
    elif hub_answers; then
        say "Images come from Docker Hub."
    else
        say "Docker Hub does not answer: the same images, made from Debian's packages, come from a docker-registry on this machine."
        build_images
        start_upstream "$images_cache/registry" "$STRATA_HOME/log/upstream.log"
        upstream_pid=$registry_pid
        export STRATA_UPSTREAMS=docker.io=$upstream_url
    fi
    trap 'end_demo $?' EXIT
    (call_up) || exit 1
    export DOCKER_HOST=unix://$STRATA_HOME/engine.sock DOCKER_CONFIG=$STRATA_HOME/docker-config DOCKER_CLI_HINTS=false
    . "$launcher/story.sh"
    tell_the_story
    say ""
    say "${green}The story is told: every step was as it should be ($(seconds_since "$begin") s).${plain}"
}

end_demo() {
    local status=$1
    trap - EXIT
    [ -z "${friend_pid:-}" ] || kill "$friend_pid" 2>/dev/null || true
    [ -z "${upstream_pid:-}" ] || kill "$upstream_pid" 2>/dev/null || true
    if [ "$status" = 0 ]; then
        (call_down --wipe) >/dev/null || status=1
    else
        (call_down) >/dev/null || true
        warn "the story broke off; its logs are in $STRATA_HOME/log"
    fi
    exit "$status"
}
