#!/usr/bin/env bash
# Installs what Onus needs and the machine lacks: `install.sh build`, plus any of `test`, `lint`, `peers`, `bench` and `python`.
# As root directly, otherwise through sudo, and only where something is missing.
set -euo pipefail
# shellcheck source=deploy/bin/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/bin/postgres.sh
. "$ROOT/deploy/bin/postgres.sh"

missing=()

# need PACKAGE COMMAND…: PACKAGE is missing where COMMAND fails. It asks for the thing, not for Debian's package, so
# that one that came another way counts too.
need() {
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || missing+=("$package")
}

# The package of the oldest PostgreSQL that Onus runs on and this system offers. Tests compare the schema's dump with
# PostgreSQL 15's.
postgres_package() {
    local version
    for version in 15 16 17 18; do
        if apt-cache show "postgresql-$version" >/dev/null 2>&1; then
            echo "postgresql-$version"
            return
        fi
    done
    die "no package of PostgreSQL 15 or later is known here; see https://www.postgresql.org/download/linux/"
}

has() { command -v "$1"; }

# require_swift: the compiler can't be installed from here, so one that is missing or too old ends this in clear words.
require_swift() {
    local wanted=6.3 found
    command -v swift >/dev/null ||
        die "the Swift toolchain ($wanted or later) is not on the PATH; see https://www.swift.org/install/linux/"
    # "Swift version 6.3.1 (swift-6.3.1-RELEASE)", "Apple Swift version 6.4-dev (…)"
    found=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    [[ -n $found ]] || die "swift --version says no version; Onus needs Swift $wanted or later"
    [[ $(printf '%s\n' "$wanted" "$found" | sort -V | head -n 1) == "$wanted" ]] ||
        die "expected Swift $wanted or later, got $found ($(command -v swift)); see https://www.swift.org/install/linux/"
}

# Where a user's PATH may not lead.
has_pgbouncer() { [[ -x /usr/sbin/pgbouncer ]] || has pgbouncer; }

# A module of this Python that makes environments with pip in them.
has_venv() { /usr/bin/env python3 -c 'import ensurepip, venv'; }

# The major version of the PostgreSQL that `make` runs, or will install.
postgres_major() {
    local bin
    if bin=$(find_postgres); then
        "$bin/postgres" --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/'
    else
        postgres_package | sed 's/.*-//'
    fi
}

has_pgq() { [[ -e $("$(find_postgres)/pg_config" --sharedir)/extension/pgq.control ]]; }

for part in "$@"; do
    case $part in
    build)
        require_swift
        need pkg-config has pkg-config
        need libpq-dev pkg-config --exists libpq
        need libcurl4-openssl-dev pkg-config --exists libcurl
        need postgresql find_postgres
        ;;
    test)
        need pgbouncer has_pgbouncer
        ;;
    python)
        need python3-venv has_venv
        ;;
    lint)
        need python3-venv has_venv
        need shellcheck has shellcheck
        need docker-compose has docker-compose
        ;;
    peers)
        need python3-venv has_venv
        need curl has curl
        need prometheus has promtool
        need chromium has chromium
        ;;
    bench)
        need python3-venv has_venv
        need curl has curl
        need wrk has wrk
        need postgresql-pgq3 has_pgq
        ;;
    *) die "install.sh: expected build, test, lint, peers, bench or python, got '$part'" ;;
    esac
done
[[ ${#missing[@]} -gt 0 ]] || exit 0
mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)

# What depends on the version of PostgreSQL, by its package's full name; known once the package lists are.
name_packages() {
    local place
    for place in "${!missing[@]}"; do
        case ${missing[place]} in
        postgresql) missing[place]=$(postgres_package) ;;
        postgresql-pgq3) missing[place]=postgresql-$(postgres_major)-pgq3 ;;
        esac
    done
}

say "missing: ${missing[*]}"
command -v apt-get >/dev/null ||
    die "install what these packages of Debian hold, then run make again: ${missing[*]}"
as_root=()
if [[ $(id -u) != 0 ]]; then
    if ! command -v sudo >/dev/null; then
        # The first line keeps Debian's package from starting a cluster of its own.
        say "this needs an administrator once:
    mkdir -p /etc/postgresql-common && echo 'create_main_cluster = false' >>/etc/postgresql-common/createcluster.conf
    apt-get update"
        (name_packages) >/dev/null 2>&1 && name_packages
        die "and then: apt-get install --no-install-recommends ${missing[*]}"
    fi
    say "sudo is asked for, to install them"
    as_root=(sudo)
fi

# Debian's package would start a cluster of its own on port 5432; Onus runs a private one or the one it is given.
if [[ " ${missing[*]} " == *" postgresql "* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
    "${as_root[@]}" mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' |
        "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
fi
# Neither are the services of a package wanted for its tools (Prometheus comes for promtool) to start now.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null
    "${as_root[@]}" chmod 0755 $policy
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi

get=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300)
install_missing() {
    "${get[@]}" install --no-install-recommends -o Dpkg::Options::=--force-confold "${missing[@]}" >&2
}
"${get[@]}" update >&2 || say "the package lists could not be brought up to date; trying with those at hand"
name_packages
install_missing || die "apt-get could not install ${missing[*]}; its reason stands above"
say "installed: ${missing[*]}"
