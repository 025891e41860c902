# shellcheck shell=bash
# The four services and their database, as `make` runs them. Sourced after lib.sh and postgres.sh.

# port_of SERVICE: ONUS_INGESTION_PORT and so on, or the service's own default.
port_of() {
    local name=ONUS_${1^^}_PORT default
    case $1 in
    ingestion) default=8080 ;;
    scoring) default=8081 ;;
    notification) default=8082 ;;
    *) default=8083 ;;
    esac
    local port=${!name:-$default}
    [[ $port =~ ^[0-9]+$ && $port -ge 1 && $port -le 65535 ]] || die "$name: expected a port, 1 to 65535, got '$port'"
    echo "$port"
}

# start_database: writes .onus/env with the URL of the database's owner, after starting the private cluster where
# nobody named a database.
start_database() {
    local home port password url
    if [[ -n ${ONUS_DATABASE_URL:-} ]]; then
        url=$ONUS_DATABASE_URL
    else
        home=$(cluster_home)
        password=$(cat "$STATE/run/owner.password" 2>/dev/null || true)
        if ! as_postgres test -d "$home/data"; then
            password=$(random_hex 24)
            # Before the cluster: one that is there always has its password here, whenever this was interrupted.
            write_secret "$STATE/run/owner.password" <<<"$password"
            create_cluster "$home" "$password"
            # What belonged to a database that is gone.
            rm -f "$STATE"/*.env "$STATE/admin.token" "$STATE/demo.ndjson.progress"
        fi
        [[ -n $password ]] ||
            die "$STATE/run/owner.password is missing, and $home can't be opened without; make reset begins anew"
        if cluster_runs "$home"; then
            port=$(as_postgres cat "$home/port")
        else
            port=$(start_cluster "$home")
        fi
        url=postgresql://onus:$password@127.0.0.1:$port/onus
        PGPASSWORD=$password "$(find_postgres)/psql" -X -q -h 127.0.0.1 -p "$port" -U onus -d postgres \
            -v ON_ERROR_STOP=1 >/dev/null <<'SQL' || die "the private cluster in $home does not answer"
SELECT 'CREATE DATABASE onus' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'onus') \gexec
SQL
    fi
    write_secret "$STATE/env" <<ENV
ONUS_DATABASE_URL=$url
ONUS_INGESTION_PORT=$(port_of ingestion)
ENV
    export ONUS_DATABASE_URL=$url
}

# prepare_database: schema, one login role a service, and an admin token for whoever runs make.
prepare_database() {
    local service url key
    "$STATE/bin/onus" migrate || die "onus migrate failed; its reason stands above"
    for service in "${SERVICES[@]}"; do
        # The role is made anew only where the file is gone, opens nothing or opens another database, as after
        # ONUS_DATABASE_URL was set or unset: another process may be using it.
        url=$(env_value "$STATE/$service.env" ONUS_DATABASE_URL)
        if [[ -z $url ]] || ! "$STATE/bin/onus" service-role check "$service" <<<"$url" 2>/dev/null; then
            url=$("$STATE/bin/onus" service-role create "$service") ||
                die "the database role of $service could not be made; the reason stands above"
        fi
        key=$(env_value "$STATE/$service.env" ONUS_SESSION_KEY)
        {
            echo "ONUS_DATABASE_URL=$url"
            echo "ONUS_PORT=$(port_of "$service")"
            # Kept, so that a restart signs nobody out.
            [[ $service != console ]] || echo "ONUS_SESSION_KEY=${key:-$(random_hex 32)}"
        } | write_secret "$STATE/$service.env"
    done
    if ! { "$STATE/bin/onus" token check --role admin <"$STATE/admin.token"; } >/dev/null 2>&1; then
        "$STATE/bin/onus" token create --name make --role admin | write_secret "$STATE/admin.token"
    fi
}

# service_pid SERVICE: the process that make started for it, if it still runs. A number alone could be somebody
# else's by now, so the executable must be ours.
service_pid() {
    local pid
    pid=$(cat "$STATE/run/$1.pid" 2>/dev/null) || return 1
    [[ $(readlink "/proc/$pid/exe" 2>/dev/null) == "$STATE/bin/onus-$1"* ]] || return 1
    echo "$pid"
}

# fingerprint SERVICE: changes with its executable and with all that it is told.
fingerprint() {
    {
        sha256sum <"$STATE/bin/onus-$1"
        cat "$STATE/$1.env"
        env | grep '^ONUS_' | grep -vE '^ONUS_(DATABASE_URL|BUILD|TEST_[A-Z_]*)=' | sort
    } | sha256sum | cut -c 1-64
}

# require_port SERVICE PORT
require_port() {
    port_is_free "$2" || die "port $2, for $1, is in use by $(holder "$2"); stop it or set ONUS_${1^^}_PORT"
}

# require_ports: said before the minutes that a first build takes. A service of ours may hold its own port.
require_ports() {
    local service
    case ${ONUS_HOST:-} in
    '' | 127.0.0.1 | 0.0.0.0 | ::) ;;
    *) die "ONUS_HOST: make asks its services on 127.0.0.1; expected that, 0.0.0.0 or ::, got '$ONUS_HOST'" ;;
    esac
    for service in "${SERVICES[@]}"; do
        service_pid "$service" >/dev/null || require_port "$service" "$(port_of "$service")"
    done
}

start_service() {
    local service=$1 port
    port=$(env_value "$STATE/$service.env" ONUS_PORT)
    require_port "$service" "$port"
    fingerprint "$service" >"$STATE/run/$service.fingerprint"
    (
        # Read, not sourced: a URL may hold what means something to a shell (&, ;, $).
        while IFS= read -r line; do export "${line?}"; done <"$STATE/$service.env"
        export ONUS_PUBLIC_URL=${ONUS_PUBLIC_URL:-http://127.0.0.1:$(port_of console)}
        export ONUS_CONNECTORS=${ONUS_CONNECTORS:-$ROOT/deploy/connectors}
        export ONUS_CONNECTOR_SECRETS=${ONUS_CONNECTOR_SECRETS:-$STATE/secrets}
        cd "$STATE" || exit
        # A session of its own: ^C in make's terminal is not meant for it.
        setsid "$STATE/bin/onus-$service" </dev/null >>"$STATE/log/$service.log" 2>&1 9>&- &
        echo $! >"$STATE/run/$service.pid"
        # Until the process is the service and not the shell it grew from, or has ended already.
        while kill -0 $! 2>/dev/null && ! service_pid "$service" >/dev/null; do sleep 0.01; done
    )
}

# stop_services SERVICE…: SIGTERM to all of them, then waits for each; one that has not drained after 15 s is killed.
stop_services() {
    local service pid waited=0
    local -A pids=()
    for service in "$@"; do
        pid=$(service_pid "$service") || continue
        pids[$service]=$pid
        kill -TERM "$pid" 2>/dev/null || true
    done
    for service in "${!pids[@]}"; do
        while service_pid "$service" >/dev/null && [[ $waited -lt 150 ]]; do
            sleep 0.1
            waited=$((waited + 1))
        done
        if pid=$(service_pid "$service"); then
            say "$service did not stop within 15 s; killed"
            kill -KILL "$pid" 2>/dev/null || true
            while [[ -d /proc/$pid ]] && ! grep -q '^State:.*Z' "/proc/$pid/status" 2>/dev/null; do sleep 0.1; done
        fi
    done
    for service in "$@"; do rm -f "$STATE/run/$service.pid" "$STATE/run/$service.fingerprint"; done
}

# wait_ready SERVICE: until it answers /readyz, or ends, or a minute has gone.
wait_ready() {
    local service=$1 port log=$STATE/log/$1.log status=000
    port=$(env_value "$STATE/$service.env" ONUS_PORT)
    for _ in $(seq 600); do
        status=$(http_status "$port" /readyz)
        if [[ $status == 200 ]] && service_pid "$service" >/dev/null; then return; fi
        service_pid "$service" >/dev/null || die "$service ended at start. The end of $log:
$(tail -n 5 "$log")"
        sleep 0.1
    done
    die "$service does not get ready (/readyz answers $status). The end of $log:
$(tail -n 5 "$log")"
}

start_services() {
    local service stale=() stopped=()
    for service in "${SERVICES[@]}"; do
        if ! service_pid "$service" >/dev/null; then
            stopped+=("$service")
        elif [[ $(fingerprint "$service") != "$(cat "$STATE/run/$service.fingerprint" 2>/dev/null)" ]]; then
            stale+=("$service")
        fi
    done
    if [[ ${#stale[@]} -gt 0 ]]; then
        say "replacing ${stale[*]}: another build or other settings than what runs"
        stop_services "${stale[@]}"
    fi
    for service in ${stopped[@]+"${stopped[@]}"} ${stale[@]+"${stale[@]}"}; do
        start_service "$service"
    done
    for service in "${SERVICES[@]}"; do wait_ready "$service"; done
    for service in "${SERVICES[@]}"; do
        say "$service is ready on http://127.0.0.1:$(env_value "$STATE/$service.env" ONUS_PORT)"
    done
}

# bring_up: everything but the sample data.
bring_up() {
    lock_state
    require_ports
    "$ROOT/deploy/bin/install.sh" build
    step "building ($BUILD)" "$ROOT/deploy/bin/build.sh"
    step "database" start_database
    step "schema, roles and token" prepare_database
    step "services" start_services
}
