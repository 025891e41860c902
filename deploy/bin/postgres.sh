# shellcheck shell=bash
# PostgreSQL clusters that belong to this checkout. Sourced after lib.sh.

# find_postgres: prints the folder with initdb and pg_ctl of the newest PostgreSQL from 15 on; fails without one.
find_postgres() {
    local folder
    for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -t/ -k5 -Vr) \
        "$(dirname "$(command -v pg_ctl || echo /nowhere/pg_ctl)")"; do
        [[ -x $folder/initdb && -x $folder/pg_ctl && -x $folder/postgres ]] || continue
        [[ $("$folder/postgres" --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/') -ge 15 ]] || continue
        echo "$folder"
        return
    done
    return 1
}

# as_postgres COMMAND…: PostgreSQL refuses to run as root, so root lends it a user. Never in the current folder, which
# that user may not be allowed to enter, and with the lock of `make` left behind.
as_postgres() {
    if [[ $(id -u) == 0 ]]; then
        (cd / && exec runuser -u postgres -- "$@" 9>&-)
    else
        (cd / && exec "$@" 9>&-)
    fi
}

# cluster_home: the folder of the private cluster: below .onus, unless PostgreSQL's user can't go there.
cluster_home() {
    local inside=$STATE/pg outside
    outside=/var/lib/postgresql/onus-$(printf '%s' "$ROOT" | sha256sum | cut -c 1-12)
    if [[ -d $inside/data ]] && as_postgres test -x "$inside" 2>/dev/null; then
        echo "$inside"
    elif [[ -d $outside/data ]] || ! as_postgres test -x "$STATE" 2>/dev/null; then
        echo "$outside"
    else
        echo "$inside"
    fi
}

# create_cluster HOME PASSWORD: an empty cluster whose superuser `onus` signs in by password over loopback only. It has
# no Unix socket: a socket's path is limited to 107 bytes, and a checkout's may be longer. HOME/data is there when all is
# done, and not before: what an interruption left is begun anew.
create_cluster() {
    local home=$1 password=$2 bin
    bin=$(find_postgres) || die "initdb and pg_ctl of PostgreSQL 15 or later were not found"
    if [[ $(id -u) == 0 ]]; then
        install -d -m 0700 -o postgres -g postgres "$home"
    else
        install -d -m 0700 "$home"
    fi
    as_postgres rm -rf "$home/data.new"
    (umask 077 && as_postgres tee "$home/password" >/dev/null <<<"$password")
    as_postgres "$bin/initdb" -D "$home/data.new" -U onus --pwfile="$home/password" --auth=scram-sha-256 \
        --encoding=UTF8 --locale=C.UTF-8 --data-checksums >"$STATE/log/initdb.log" 2>&1 ||
        die "initdb failed: $(tail -n 5 "$STATE/log/initdb.log")"
    as_postgres rm -f "$home/password"
    as_postgres tee -a "$home/data.new/postgresql.conf" >/dev/null <<CONF

# Onus: a private cluster for one checkout.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = $(cluster_buffers)
max_wal_size = 4GB
wal_compression = $(cluster_compression "$bin")
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
log_line_prefix = '%m [%p] %u@%d '
timezone = 'UTC'
log_timezone = 'UTC'
CONF
    as_postgres mv "$home/data.new" "$home/data"
}

# cluster_compression BIN: how full pages are compressed in the write-ahead log: by lz4 where this PostgreSQL has it, which
# takes a fraction of the time of its own method.
cluster_compression() {
    if "$1/pg_config" --configure 2>/dev/null | grep -q -- --with-lz4; then echo lz4; else echo on; fi
}

# cluster_buffers: an eighth of the memory, between 128 MB and 1 GB.
cluster_buffers() {
    awk '/^MemTotal:/ { mb = int($2 / 8192); if (mb < 128) mb = 128; if (mb > 1024) mb = 1024; print mb "MB" }' \
        /proc/meminfo
}

# start_cluster HOME [SETTING…]: starts it on a port that is free now, tries others where somebody was quicker, and
# prints the port. The last port is tried first, so that addresses people wrote down stay good.
start_cluster() {
    local home=$1 bin port options='' setting
    shift
    bin=$(find_postgres) || die "pg_ctl of PostgreSQL 15 or later was not found"
    for setting in "$@"; do options+=" -c $setting"; done
    port=$(as_postgres cat "$home/port" 2>/dev/null || true)
    for _ in 1 2 3 4 5; do
        if [[ -n $port ]] && port_is_free "$port"; then
            if as_postgres "$bin/pg_ctl" -D "$home/data" -l "$home/server.log" -w -t 120 \
                -o "-p $port$options" start </dev/null >/dev/null 2>&1; then
                as_postgres tee "$home/port" >/dev/null <<<"$port"
                echo "$port"
                return
            fi
        fi
        port=$(free_port)
    done
    die "PostgreSQL does not start: $(as_postgres tail -n 5 "$home/server.log" 2>/dev/null)"
}

# cluster_runs HOME
cluster_runs() {
    local bin
    [[ -d $1/data ]] || as_postgres test -d "$1/data" || return 1
    bin=$(find_postgres) || return 1
    as_postgres "$bin/pg_ctl" -D "$1/data" status >/dev/null 2>&1
}

# stop_cluster HOME [MODE]: stops it, if it runs, and waits for its end.
stop_cluster() {
    local bin
    cluster_runs "$1" || return 0
    bin=$(find_postgres)
    as_postgres "$bin/pg_ctl" -D "$1/data" -m "${2:-fast}" -w -t 60 stop >/dev/null 2>&1 ||
        as_postgres "$bin/pg_ctl" -D "$1/data" -m immediate -w -t 30 stop >/dev/null 2>&1 ||
        die "PostgreSQL in $1 does not stop"
}

# throw_away_cluster [SETTING…]: starts a cluster for the time this script runs and sets THROW_AWAY_URL.
throw_away_cluster() {
    local password port
    make_state
    trap remove_throw_away EXIT
    trap 'exit 130' INT TERM HUP
    # In /tmp and not below .onus: PostgreSQL's user may not be able to enter the checkout.
    THROW_AWAY=$(mktemp -d /tmp/onus-test.XXXXXX)
    if [[ $(id -u) == 0 ]]; then chown postgres: "$THROW_AWAY"; fi
    password=$(random_hex 16)
    create_cluster "$THROW_AWAY" "$password"
    # Tests make roles without passwords and sign in as them; the superuser keeps its own.
    as_postgres tee "$THROW_AWAY/data/pg_hba.conf" >/dev/null <<'HBA'
host all onus 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
HBA
    port=$(start_cluster "$THROW_AWAY" max_connections=400 "$@")
    # shellcheck disable=SC2034 # for the caller
    THROW_AWAY_URL=postgresql://onus:$password@127.0.0.1:$port/postgres
}

# throw_away_service SERVICE BIN LOG: starts BIN/onus-SERVICE on a free port over the throw-away cluster, for the time
# this script runs, waits until it is ready and sets SERVICE_URL.
throw_away_service() {
    local service=$1 bin=$2 log=$3 url port
    url=$("$bin/onus" service-role create "$service" --database-url "$THROW_AWAY_URL")
    port=$(free_port)
    ONUS_DATABASE_URL=$url ONUS_PORT=$port "$bin/onus-$service" </dev/null >"$log" 2>&1 &
    THROW_AWAY_SERVICES+=($!)
    for _ in $(seq 300); do
        [[ $(http_status "$port" /readyz) != 200 ]] || break
        kill -0 "${THROW_AWAY_SERVICES[-1]}" 2>/dev/null || break
        sleep 0.1
    done
    [[ $(http_status "$port" /readyz) == 200 ]] || die "$service does not get ready: $(tail -n 5 "$log")"
    # shellcheck disable=SC2034 # for the caller
    SERVICE_URL=http://127.0.0.1:$port
}

THROW_AWAY_SERVICES=()

stop_throw_away_services() {
    [[ ${#THROW_AWAY_SERVICES[@]} -gt 0 ]] || return 0
    kill -TERM "${THROW_AWAY_SERVICES[@]}" 2>/dev/null || true
    wait "${THROW_AWAY_SERVICES[@]}" 2>/dev/null || true
    THROW_AWAY_SERVICES=()
}

remove_throw_away() {
    stop_throw_away_services
    [[ -n ${THROW_AWAY:-} ]] || return 0
    stop_cluster "$THROW_AWAY" immediate || true
    rm -rf "$THROW_AWAY"
    THROW_AWAY=
}
