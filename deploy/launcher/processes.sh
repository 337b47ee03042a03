# shellcheck shell=bash
# Processes of a home: $STRATA_HOME/run/NAME has the id, the start time (so that an id used again is not taken for ours), the port and the health address.

run_folder() { printf '%s' "$STRATA_HOME/run"; }

# Field 22 of /proc/PID/stat: when the process started, in ticks since boot (proc(5)).
started_at() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

names_of_processes() { ls "$(run_folder)" 2>/dev/null || true; }

field() { sed -n "s/^$2=//p" "$(run_folder)/$1" 2>/dev/null; }

is_running() {
    local pid
    pid=$(field "$1" pid)
    [ -n "$pid" ] && [ -d "/proc/$pid" ] && [ "$(started_at "$pid")" = "$(field "$1" started)" ]
}

# start_process NAME PORT HEALTH COMMAND…: in the background, its output in log/NAME.out.
start_process() {
    local name=$1 port=$2 health=$3
    shift 3
    mkdir -p "$(run_folder)" "$STRATA_HOME/log"
    local out=$STRATA_HOME/log/$name.out
    [ ! -e "$out" ] || mv -f "$out" "$out.1"
    setsid "$@" >"$out" 2>&1 </dev/null &
    local pid=$!
    printf 'pid=%s\nstarted=%s\nport=%s\nhealth=%s\n' "$pid" "$(started_at "$pid")" "$port" "$health" >"$(run_folder)/$name"
    started_now+=("$name")
}

# stop_process NAME [SECONDS]: SIGTERM, and SIGKILL when it has not ended after that time.
stop_process() {
    local name=$1 patience=${2:-15} pid
    pid=$(field "$name" pid)
    if is_running "$name"; then
        kill -TERM "$pid" 2>/dev/null || true
        if ! timeout "$patience" tail --pid="$pid" -f /dev/null 2>/dev/null && is_running "$name"; then
            warn "$name ($pid) does not end: killed"
            kill -KILL "$pid" 2>/dev/null || true
            timeout 5 tail --pid="$pid" -f /dev/null 2>/dev/null || true
        fi
    fi
    rm -f "$(run_folder)/$name"
}

healthy() {
    local health
    health=$(field "$1" health)
    case $health in
        http*) curl -fsS -m 2 -o /dev/null "$health" 2>/dev/null ;;
        file:*) [ -e "${health#file:}" ] ;;
        tcp) port_taken "$(field "$1" port)" ;;
    esac
}

# Why a process is not there: the last thing that it said.
last_words() {
    local log
    for log in "$STRATA_HOME/log/$1.out" "$STRATA_HOME/log/$1.log"; do
        [ -s "$log" ] && grep -vE '^\s+at |^\s*$|^\s*\.\.\. [0-9]+ more' "$log" | tail -n 1 | cut -c1-400 && return
    done
    echo "it said nothing"
}

# wait_ready NAME SECONDS: the ready state is asked for each 50 ms; an end of the process is told at once.
wait_ready() {
    local name=$1 deadline=$(($(now_ms) + $2 * 1000)) begin=${3:-$(now_ms)}
    until healthy "$name"; do
        is_running "$name" || fail "$name ended while it started: $(last_words "$name")"
        [ "$(now_ms)" -lt "$deadline" ] || fail "$name is not ready after $2 s: $(last_words "$name") (see $STRATA_HOME/log/$name.log)"
        sleep 0.05
    done
    line "$name" "127.0.0.1:$(field "$name" port)" "$begin"
}

memory_of() { awk '/^VmRSS/ {printf "%d MiB", $2 / 1024}' "/proc/$1/status" 2>/dev/null; }
