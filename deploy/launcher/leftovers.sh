# shellcheck shell=bash
# What containers leave when their node stops: processes, mounts, network namespaces, rules. Everything is found by this
# home's own names; nothing of another home or of the machine is touched.

remove_leftovers() {
    is_root || return 0
    local node begin
    for node in "$STRATA_HOME"/node-*; do
        [ -d "$node" ] || continue
        begin=$(now_ms)
        end_containers "$node" && line "$(basename "$node")" "containers ended" "$begin"
        remove_network "$node"
    done
    unmount_below "$STRATA_HOME"
}

# Processes whose command line names a folder of this node: conmon, and through runc what it holds.
end_containers() {
    local node=$1 state id some=1
    for state in "$node"/run/runtime/*/state.json; do
        [ -e "$state" ] || continue
        id=$(basename "$(dirname "$state")")
        runc --root "$node/run/runtime" delete --force "$id" 2>/dev/null || true
        some=0
    done
    local pid
    for pid in $(pgrep -x conmon || true); do
        if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- " $node/"; then
            timeout 3 tail --pid="$pid" -f /dev/null 2>/dev/null || kill -KILL "$pid" 2>/dev/null || true
            some=0
        fi
    done
    return $some
}

# The deepest mount first.
unmount_below() {
    local point
    while read -r point; do
        umount "$point" 2>/dev/null || umount -l "$point" 2>/dev/null || warn "cannot unmount $point"
    done < <(awk -v home="$1/" 'index($5, home) == 1 {print $5}' /proc/self/mountinfo | sort -r | while read -r escaped; do printf '%b\n' "$escaped"; done)
}
