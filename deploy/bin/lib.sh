# shellcheck shell=bash
# What the scripts of this folder share: where things lie, how they speak, how they wait. Sourced, never run.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
STATE=$ROOT/.onus
# shellcheck disable=SC2034 # for those who source this
SERVICES=(ingestion scoring notification console)
# Which build `make` uses: release, or debug for somebody who works on Onus and won't wait for the optimiser.
BUILD=${ONUS_BUILD:-release}

say() { printf '%s\n' "onus: $*" >&2; }
die() {
    printf '%s\n' "onus: error: $*" >&2
    exit 1
}

[[ $BUILD == release || $BUILD == debug ]] || die "ONUS_BUILD: expected release or debug, got '$BUILD'"

# step TITLE COMMAND…: says what is under way, and how long it took.
step() {
    local title=$1 began=$SECONDS status
    shift
    say "$title …"
    # Plain, not in a condition: there, a shell function would run on after a failing command.
    "$@"
    status=$?
    [[ $status != 0 ]] || say "$title: done in $((SECONDS - began)) s"
    return $status
}

# The folder for run-time data. It can be entered by others (PostgreSQL may run as a user of its own), so what is
# secret in it carries mode 0600 itself.
make_state() {
    # Also root: what it makes here its owner could not open again, and a cluster of the owner's is closed to it.
    [[ ! -e $STATE || $(stat -c %u "$STATE") == "$(id -u)" ]] ||
        die "$STATE belongs to $(stat -c %U "$STATE"), this is $(id -un): run make as that user, or remove it"
    mkdir -p "$STATE/bin" "$STATE/log" "$STATE/run" 2>/dev/null || true
    [[ -w $STATE && -w $STATE/run && -w $STATE/log ]] ||
        die "$STATE can't be written by $(id -un); change its mode, or remove it"
    chmod 0755 "$STATE"
    chmod 0700 "$STATE/run" "$STATE/log"
}

# One `make up`, `down` or `demo` at a time in a checkout. The lock goes with the process; what it starts in the
# background closes descriptor 9.
lock_state() {
    make_state
    exec 9>"$STATE/run/lock"
    flock -n 9 && return
    say "waiting for another make in this checkout …"
    flock -w 1800 9 || die "another make has held $STATE/run/lock for half an hour"
}

# write_secret FILE: standard input into FILE, which nobody but its owner ever could read.
write_secret() {
    local file=$1 new
    new=$(mktemp "$file.XXXXXX")
    chmod 0600 "$new"
    cat >"$new"
    mv -f "$new" "$file"
}

# newest_python VERSION: the command of a Python of at least that version; fails without one.
newest_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 "$HOME"/.pyenv/versions/3.*/bin/python3; do
        "$candidate" -c "import sys, venv; sys.exit(sys.version_info < tuple(map(int, '$1'.split('.'))))" \
            >/dev/null 2>&1 || continue
        echo "$candidate"
        return
    done
    return 1
}

random_hex() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

# env_value FILE NAME: the value of NAME in a file of unquoted NAME=value lines; nothing where there is none.
env_value() {
    [[ -r $1 ]] || return 0
    sed -n "s/^$2=//p" "$1" | tail -n 1
}

# --- ports ---------------------------------------------------------------------------------------------------

# listeners PORT: the socket inodes that listen on PORT, on any address.
listeners() {
    local hex
    hex=$(printf '%04X' "$1")
    awk -v port=":$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10 }' \
        /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

port_is_free() { [[ -z $(listeners "$1") ]]; }

# holder PORT: the process that listens on PORT, as far as this user may see.
holder() {
    local inode link pid
    for inode in $(listeners "$1"); do
        for link in /proc/[0-9]*/fd/*; do
            [[ $(readlink "$link" 2>/dev/null) == "socket:[$inode]" ]] || continue
            pid=${link#/proc/}
            pid=${pid%%/*}
            printf '%s (process %s)\n' "$(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c 1-120 | sed 's/ $//')" "$pid"
            return
        done
    done
    echo "a process of another user"
}

# free_port: one that nobody listens on, below the range from which the system gives ports to connections.
free_port() {
    local port
    for _ in $(seq 200); do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        if port_is_free "$port"; then
            echo "$port"
            return
        fi
    done
    die "found no free port between 20000 and 32000"
}

# away_from_midnight MINUTES: waits for the new day (UTC) where less is left of this one. Scores and assignments go by the
# day, and what a test compares has to be of one.
away_from_midnight() {
    local left=$((86400 - $(date +%s) % 86400))
    ((left < $1 * 60)) || return 0
    say "waiting $left s for the new day: tests compare scores of one"
    sleep $((left + 5))
}

# http_status PORT PATH: the status code of a GET on 127.0.0.1, or 000. Plain bash: curl may not be installed.
http_status() {
    local status=000
    status=$(
        exec 2>/dev/null
        exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 0
        printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$2" >&3
        IFS=' ' read -r -t 5 _ code _ <&3 && echo "$code"
    ) || true
    echo "${status:-000}"
}
