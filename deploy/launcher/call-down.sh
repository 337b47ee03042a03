# shellcheck shell=bash

call_down() {
    local wipe=
    case ${1:-} in
        '') ;;
        --wipe) wipe=1 ;;
        *) fail "down knows --wipe, not $1" ;;
    esac
    [ -d "$STRATA_HOME" ] || { say "nothing is there: $STRATA_HOME does not exist"; return; }
    exec 8>"$STRATA_HOME/.lock"
    flock -n 8 || fail "another ./strata up or down works on $STRATA_HOME: wait for it"
    local name begin stopped=
    # Nodes first: they end their containers' streams; then those who are asked; the parts last.
    for name in $(names_of_processes | grep '^container-runtime') commit-service registry-gateway layer-store s3 parts; do
        [ -e "$(run_folder)/$name" ] || continue
        begin=$(now_ms)
        stop_process "$name"
        line "$name" stopped "$begin"
        stopped=1
    done
    remove_leftovers
    rm -f "$STRATA_HOME/engine.sock"
    if [ -n "$wipe" ]; then
        begin=$(now_ms)
        rm -rf --one-file-system "$STRATA_HOME"
        line state removed "$begin"
    fi
    [ -n "$stopped" ] || [ -n "$wipe" ] || say "nothing ran"
}
