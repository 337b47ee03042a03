# shellcheck shell=bash
# How the launcher speaks: a line for each thing it does, one clear line for what is wrong.

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
    bold='' dim='' green='' red='' plain=''
fi

now_ms() { date +%s%3N; }

# seconds_since MS: 1.2
seconds_since() {
    local ms=$(($(now_ms) - $1))
    printf '%d.%d' $((ms / 1000)) $((ms % 1000 / 100))
}

say() { printf '%s\n' "$*"; }

# line NAME TEXT [MS]: one part of a call, with its time.
line() {
    if [ $# -gt 2 ]; then
        printf '  %-20s %s %s(%s s)%s\n' "$1" "$2" "$dim" "$(seconds_since "$3")" "$plain"
    else
        printf '  %-20s %s\n' "$1" "$2"
    fi
}

warn() { printf '%sstrata: %s%s\n' "$bold" "$*" "$plain" >&2; }

# One line that says what is wrong and what to do.
fail() {
    printf '%sstrata: %s%s\n' "$red" "$*" "$plain" >&2
    exit 1
}
