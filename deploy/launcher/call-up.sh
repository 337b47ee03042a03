# shellcheck shell=bash

started_now=()

call_up() {
    local nodes=1
    while [ $# -gt 0 ]; do
        case $1 in
            --nodes) [[ ${2:-} =~ ^[1-9]$ ]] || fail "--nodes takes a number from 1 to 9"; nodes=$2; shift 2 ;;
            *) fail "up knows --nodes N, not $1" ;;
        esac
    done
    [[ $STRATA_PORT_BASE =~ ^[0-9]+$ ]] && [ "$STRATA_PORT_BASE" -ge 1024 ] && [ "$STRATA_PORT_BASE" -le 65400 ] \
        || fail "STRATA_PORT_BASE=$STRATA_PORT_BASE is not a port from 1024 to 65400"
    # A unix socket's path has 108 bytes (unix(7)); a container's lie a little below the node's home.
    [ ${#STRATA_HOME} -le 64 ] || fail "STRATA_HOME is too long for the sockets below it (64 characters at most): $STRATA_HOME"
    check_disk "$STRATA_HOME" 1024
    exec 8>"$STRATA_HOME/.lock"
    flock -n 8 || fail "another ./strata up or down works on $STRATA_HOME: wait for it"

    local begin
    begin=$(now_ms)
    if [ -n "$(names_of_processes)" ] && all_run "$nodes"; then
        say "Strata runs already: ./strata status tells more"
        print_endpoints "$nodes"
        return
    fi
    find_jdk
    build
    container_programs || true
    say_what_is_missing
    service_environment
    forget_dead_processes
    [ -n "$(names_of_processes)" ] || check_ports "$nodes"
    trap 'stop_what_was_started $?' EXIT
    start_all "$nodes"
    trap - EXIT
    line ready "Strata is up" "$begin"
    print_endpoints "$nodes"
}

all_processes() {
    local k
    echo parts
    case ${STRATA_STORE:-s3proxy} in s3proxy | minio) echo s3 ;; esac
    printf '%s\n' layer-store registry-gateway commit-service
    for k in $(seq "$1"); do node_name "$k"; done
}

all_run() {
    local name
    for name in $(all_processes "$1"); do is_running "$name" && healthy "$name" || return 1; done
}

# Starts what does not run; what runs is left as it is.
start_all() {
    local nodes=$1 begin k
    begin=$(now_ms)
    is_running parts || { rm -f "$STRATA_HOME/parts/ready"; start_kafka_and_postgres 8>&-; }
    is_running s3 || { rm -f "$STRATA_HOME/s3/ready"; start_store 8>&-; }
    wait_ready parts 60 "$begin"
    [ -z "$(field s3 pid)" ] || wait_ready s3 60 "$begin"
    begin=$(now_ms)
    is_running layer-store || service layer-store layer-store "$(port 1)" 128m 8>&-
    is_running registry-gateway || service registry-gateway registry-gateway "$(port 0)" 160m 8>&-
    for k in $(seq "$nodes"); do is_running "$(node_name "$k")" || start_node "$k" 8>&-; done
    is_running commit-service || service commit-service commit-service "$(port 3)" 96m 8>&-
    wait_ready layer-store 90 "$begin"
    wait_ready registry-gateway 90 "$begin"
    for k in $(seq "$nodes"); do wait_ready "$(node_name "$k")" 90 "$begin"; done
    wait_ready commit-service 90 "$begin"
}

forget_dead_processes() {
    local name
    for name in $(names_of_processes); do
        is_running "$name" || { warn "$name had ended by itself: started again"; rm -f "$(run_folder)/$name"; }
    done
}

# Nothing half started stays.
stop_what_was_started() {
    local status=$1 i
    trap - EXIT
    if [ ${#started_now[@]} -gt 0 ]; then
        warn "start failed: stopping what this call had started"
        for ((i = ${#started_now[@]} - 1; i >= 0; i--)); do stop_process "${started_now[i]}" 10; done
    fi
    exit "$status"
}

say_what_is_missing() {
    is_root || warn "not root: the services start, containers cannot (they need mounts and namespaces)"
    grep -qw overlay /proc/filesystems || modprobe overlay 2>/dev/null || warn "this kernel has no overlayfs: the services start, containers cannot"
}

print_endpoints() {
    local k
    say ""
    for k in $(seq "$1"); do
        [ "$k" = 1 ] && line docker "unix://$STRATA_HOME/engine.sock" || line "docker, node $k" "unix://$STRATA_HOME/node-$k/engine.sock"
    done
    line registry "http://127.0.0.1:$(port 0)/v2/"
    line "layers, images" "http://127.0.0.1:$(port 1)/layers  http://127.0.0.1:$(port 0)/images"
    line events "kafka 127.0.0.1:$(port 4)"
    say ""
    say "  eval \"\$(./strata env)\"    then: docker pull redis"
}
