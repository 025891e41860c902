#!/usr/bin/env bash
# venv.sh NAME REQUIREMENT…: a Python environment in .onus/venv/NAME with these packages of PyPI, made once and made
# anew when the list changes. ONUS_VENV_PYTHON: which Python (default python3).
set -euo pipefail
# shellcheck source=deploy/bin/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

name=$1
shift
folder=$STATE/venv/$name
wanted=$(printf '%s\n' "$@")
[[ -x $folder/bin/python && $(cat "$folder/onus-requirements" 2>/dev/null) == "$wanted" ]] && exit 0
make_state
rm -rf "$folder"
say "installing $* into .onus/venv/$name"
"${ONUS_VENV_PYTHON:-python3}" -m venv "$folder"
"$folder/bin/python" -m pip install -q --disable-pip-version-check "$@" >&2 ||
    die "pip could not install $*; its reason stands above"
printf '%s\n' "$wanted" >"$folder/onus-requirements"
