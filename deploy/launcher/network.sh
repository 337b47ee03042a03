# shellcheck shell=bash
# What a node's network leaves on the machine: everything is named by the tag that the node wrote into its folder, so
# that nothing of another home is touched. The definitions of networks stay in the folder.

# remove_network NODE_FOLDER: rules and chains STRATA-<tag>-*, interfaces sv<tag>* and st<tag>*, mounts in network/netns.
remove_network() {
    local node=$1 tag name namespace
    [ -f "$node/network/tag" ] || return 0
    tag=$(cat "$node/network/tag")
    case $tag in
        *[!0-9a-f]* | '') warn "$node/network/tag is not a tag: $tag"; return 0 ;;
    esac
    if command -v iptables-save >/dev/null && iptables-save 2>/dev/null | grep -qF "STRATA-$tag-"; then
        remove_rules filter "$tag"
        remove_rules nat "$tag"
    fi
    for namespace in "$node"/network/netns/*; do
        [ -e "$namespace" ] || continue
        umount -l "$namespace" 2>/dev/null || true
        rm -f "$namespace"
    done
    for name in /sys/class/net/sv"$tag"* /sys/class/net/st"$tag"*; do
        [ -e "$name" ] || continue
        ip link delete "${name##*/}" 2>/dev/null || true
    done
    rm -rf "$node/network/containers"
}

# remove_rules TABLE TAG: first what leads to the chains of TAG and what is in them, then the chains.
remove_rules() {
    local table=$1 tag=$2
    {
        printf '*%s\n' "$table"
        iptables-save -t "$table" 2>/dev/null | sed -n "s/^-A \(.*-j STRATA-$tag-.*\)/-D \1/p"
        iptables-save -t "$table" 2>/dev/null | sed -n "s/^:\(STRATA-$tag-[A-Z]*\) .*/-F \1/p"
        iptables-save -t "$table" 2>/dev/null | sed -n "s/^:\(STRATA-$tag-[A-Z]*\) .*/-X \1/p"
        printf 'COMMIT\n'
    } | iptables-restore --noflush -w 10 || warn "iptables kept rules of STRATA-$tag"
}
