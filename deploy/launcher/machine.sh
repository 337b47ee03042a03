# shellcheck shell=bash
# What the machine has, and what is installed from Debian's packages when it is missing.

java_major() { "$1" -XshowSettings:properties -version 2>&1 | awk -F'= *' '/java.specification.version/ {print $2}'; }

# Sets JAVA_HOME to a JDK ≥ 25: JAVA_HOME, the PATH's, then /usr/lib/jvm.
find_jdk() {
    local candidate major
    for candidate in "${JAVA_HOME:-}" "$(dirname "$(dirname "$(readlink -f "$(command -v javac || echo /)")")")" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/*; do
        [ -x "$candidate/bin/javac" ] || continue
        major=$(java_major "$candidate/bin/java")
        if [ "${major%%.*}" -ge 25 ] 2>/dev/null; then
            export JAVA_HOME=$candidate
            return
        fi
    done
    fail "no JDK 25 or newer in JAVA_HOME, on the PATH or in /usr/lib/jvm: install one (e.g. Temurin 25) and set JAVA_HOME"
}

is_root() { [ "$(id -u)" = 0 ]; }

# packages_for WHAT program:package…: installs the packages of the programs that are missing.
packages_for() {
    local what=$1 pair missing=()
    shift
    for pair in "$@"; do
        command -v "${pair%%:*}" >/dev/null 2>&1 || [ -e "${pair%%:*}" ] || missing+=("${pair#*:}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if is_root && command -v apt-get >/dev/null; then
        local begin
        begin=$(now_ms)
        line packages "${missing[*]}: installing from Debian's packages, for $what"
        install_packages "${missing[@]}" || return 1
        line packages "installed" "$begin"
    else
        warn "$what needs ${missing[*]}: apt-get install ${missing[*]} (as root)"
        return 1
    fi
}

install_packages() {
    local log=$STRATA_HOME/log/packages.log
    mkdir -p "$STRATA_HOME/log"
    if ! apt_install "$@" >>"$log" 2>&1; then
        apt-get update >>"$log" 2>&1 && apt_install "$@" >>"$log" 2>&1
    fi || { warn "cannot install $*: $(grep '^E:' "$log" | tail -n 1) (all of it: $log)"; return 1; }
}

# No service of a package is started by its installation.
apt_install() {
    local policy=/usr/sbin/policy-rc.d made=
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && made=1
    fi
    local status=0
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" || status=$?
    [ -z "$made" ] || rm -f "$policy"
    return $status
}

# What containers need. Without them the services start all the same, and say so.
container_programs() {
    packages_for containers runc:runc conmon:conmon iptables:iptables ip:iproute2 \
        /usr/lib/cni/bridge:containernetworking-plugins nsenter:util-linux
}

# The docker client: the one on the PATH, else only the client out of Debian's package. Never a daemon.
find_docker() {
    if [ -x "$STRATA_HOME/bin/docker" ]; then
        PATH=$STRATA_HOME/bin:$PATH
    fi
    command -v docker >/dev/null && return
    command -v apt-get >/dev/null || fail "no docker client on the PATH: install one (Debian: docker.io, or docker-ce-cli)"
    line docker "no client on the PATH: taking it out of Debian's package docker.io (no daemon)"
    local tmp
    tmp=$(mktemp -d)
    (
        cd "$tmp"
        chmod 755 .
        apt-get -qq download docker.io >/dev/null 2>&1 || { apt-get -qq update && apt-get -qq download docker.io; } >/dev/null 2>&1
        dpkg-deb -x docker.io_*.deb x
    ) || { rm -rf "$tmp"; fail "cannot fetch Debian's package docker.io: install a docker client yourself"; }
    mkdir -p "$STRATA_HOME/bin"
    cp "$tmp/x/usr/bin/docker" "$STRATA_HOME/bin/docker"
    rm -rf "$tmp"
    PATH=$STRATA_HOME/bin:$PATH
}

# check_disk FOLDER MEBIBYTES
check_disk() {
    mkdir -p "$1" 2>/dev/null || fail "cannot make the folder $1: set STRATA_HOME to one that you may write"
    [ -w "$1" ] || fail "cannot write in $1: set STRATA_HOME to a folder that you may write"
    local free
    free=$(df -Pm "$1" | awk 'NR == 2 {print $4}')
    [ "$free" -ge "$2" ] || fail "the disk of $1 has $free MiB free, Strata needs $2 MiB to start: make room, or set STRATA_HOME"
}

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
