# shellcheck shell=bash

call_status() {
    [ $# = 0 ] || fail "status takes no words"
    local name pid all=0 state
    [ -n "$(names_of_processes)" ] || { say "nothing runs in $STRATA_HOME: ./strata up starts it"; return 1; }
    printf '%-22s %-8s %-18s %-10s %s\n' NAME PID ADDRESS HEALTH MEMORY
    for name in $(names_of_processes); do
        pid=$(field "$name" pid)
        if ! is_running "$name"; then
            state=ended all=1
        elif healthy "$name"; then
            state=healthy
        else
            state=unhealthy all=1
        fi
        printf '%-22s %-8s %-18s %-10s %s\n' "$name" "$pid" "127.0.0.1:$(field "$name" port)" "$state" "$(memory_of "$pid")"
    done
    return $all
}
