#!/usr/bin/env bash
# `make up`, `make demo` and `make down` in a checkout of their own: what runs, over which database, what is shown, and what
# is left behind.
# ONUS_BIN: the executables, which stand in for a build. ONUS_OWNER_URL: a database that is not make's own.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=Tests/Peers/checks.sh
. "$here/checks.sh"

# What make takes from the environment; the check's own is not meant for it.
theirs=$ONUS_OWNER_URL
binaries=$ONUS_BIN
tools=$ONUS_TOOLS
while IFS= read -r name; do unset "$name"; done < <(compgen -e | grep '^ONUS_')
export ONUS_BUILD=debug

# The checkout: the scripts, and a `swift` whose builds are done already.
copy=$work/checkout
mkdir -p "$copy" "$work/tools"
cp -r "$root/Makefile" "$root/deploy" "$copy"
cat >"$work/tools/swift" <<SWIFT
#!/bin/sh
case "\$*" in
*--version*) echo "Swift version \$(cat "$work/version")" ;;
*--show-bin-path*) echo "$binaries" ;;
esac
SWIFT
chmod 0755 "$work" "$work/tools/swift"
echo 6.3 >"$work/version"
export PATH=$work/tools:$PATH

# Ports that nobody listens on.
mapfile -t ports < <(bash -c '. "$1/deploy/bin/lib.sh"; for _ in 1 2 3 4; do free_port; done' - "$root")
export ONUS_INGESTION_PORT=${ports[0]} ONUS_SCORING_PORT=${ports[1]}
export ONUS_NOTIFICATION_PORT=${ports[2]} ONUS_CONSOLE_PORT=${ports[3]}

run_make() { make -C "$copy" "$@" >>"$work/make.log" 2>&1 || { tail -n 20 "$work/make.log"; return 1; }; }
with_theirs() { ONUS_DATABASE_URL=$theirs run_make "$@"; }
# place URL: host, port, database and parameters.
place() { echo "${1##*@}"; }
url_in() { sed -n 's/^ONUS_DATABASE_URL=//p' "$copy/.onus/$1"; }
all_are_over() {
    local service
    for service in ingestion scoring notification console; do
        [[ $(place "$(url_in "$service.env")") == "$1" ]] || return 1
    done
}
over_theirs() { all_are_over "$(place "$theirs")"; }
over_own() { all_are_over "$(place "$(url_in env)")" && ! over_theirs; }
token_is_valid() { "$copy/.onus/bin/onus" token check --role admin --database-url "$1" <"$copy/.onus/admin.token" >/dev/null; }
is_ready() { curl -sSf -m 10 -o /dev/null "http://127.0.0.1:$1/readyz"; }
# Processes of this checkout: by executable, folder or command line.
home=$(bash -c '. "$1/deploy/bin/lib.sh"; . "$1/deploy/bin/postgres.sh"; make_state; cluster_home' - "$copy")
processes() {
    local folder words
    for folder in /proc/[0-9]*; do
        words=$({
            readlink "$folder/exe" "$folder/cwd"
            tr '\0' '\n' <"$folder/cmdline"
        } 2>/dev/null)
        if [[ $words == *"$copy/"* || $words == *"$home"* ]]; then echo "${folder#/proc/}"; fi
    done
}
some_run() { [[ -n $(processes) ]]; }
none_runs() {
    local left
    left=$(processes)
    [[ -z $left ]] || { ps -o pid,args -p "$(tr '\n' , <<<"$left" | sed 's/,$//')"; return 1; }
}
nobody_listens() { ! is_ready "${ports[0]}" 2>/dev/null; }

# What `make demo` shows goes to a file of its own; what it does meanwhile, to the log.
demo() { make -C "$copy" demo >"$work/demo.$1" 2>>"$work/make.log" || { tail -n 20 "$work/make.log"; return 1; }; }
# Below each heading a line of column names, and ten managers with their score and its interval.
rows_below() { sed -n "/^$1/,/^\$/p" "$work/demo.1" | grep -cE ' [0-9.]+ +[0-9.]+ +[0-9.]+ .* [0-9.]+$'; }
shows_both_ends() { [[ $(rows_below 'The 10 highest of') == 10 && $(rows_below 'The 10 lowest') == 10 ]]; }
names_the_console() { grep -qF "http://127.0.0.1:${ports[3]}/" "$work/demo.1"; }
all_are_ready() {
    local port
    for port in "${ports[@]}"; do is_ready "$port" || return 1; done
}
counted() { "$tools/python" -c 'import psycopg, sys
print(psycopg.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])' "$(url_in env)" "$1"; }
has_notices() { [[ $(counted "SELECT count(*) FROM notice.delivery WHERE channel = 'inbox'") -gt 0 ]]; }
same_events() { [[ $(counted 'SELECT count(*) FROM log.event') == "$events" ]]; }
same_scores() { diff "$work/demo.1" "$work/demo.2"; }

trap 'make -C "$copy" reset >/dev/null 2>&1; rm -rf "$work"' EXIT
says_too_old() {
    echo 6.2.4 >"$work/version"
    ! make -C "$copy" up >"$work/old.log" 2>&1 && grep -q 'expected Swift 6.3 or later, got 6.2.4' "$work/old.log"
    local status=$?
    echo 6.3 >"$work/version"
    return $status
}
check "an older Swift is refused in clear words" says_too_old
check "make up over a private cluster" run_make up
check "the services use it" over_own
check "its admin token is valid there" token_is_valid "$(url_in env)"
check "ingestion answers" is_ready "${ports[0]}"
check "make up over a database that is named" with_theirs up
check "every service uses that one, and none the private one" over_theirs
check "the admin token is valid in that one" token_is_valid "$theirs"
check "make up without the name" run_make up
check "every service is back on the private cluster" over_own
check "the admin token is valid there again" token_is_valid "$(url_in env)"
check "make demo" demo 1
check "it shows the highest and the lowest scores" shows_both_ends
check "it says where the console is" names_the_console
check "all four services are ready" all_are_ready
check "there are notices in the inbox" has_notices
events=$(counted 'SELECT count(*) FROM log.event')
check "make demo once more" demo 2
check "no event is there twice" same_events
check "it shows the same" same_scores
check "processes of this checkout are found" some_run
check "make down" run_make down
check "nothing of it runs any more" none_runs
check "its port is free" nobody_listens
finish
