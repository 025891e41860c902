#!/usr/bin/env bash
# Builds Onus and copies the five executables to .onus/bin, which is what `make` and people run: a build under way
# never changes what runs.
set -euo pipefail
# shellcheck source=deploy/bin/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

make_state
cd "$ROOT"
[[ -x $STATE/bin/onus ]] || say "the first $BUILD build takes some minutes; later ones only what changed"
# 9 is the lock of `make`; swift may leave helpers behind that would hold it.
swift build -c "$BUILD" 9>&- >&2 || die "the build failed; its reason stands above"
folder=$(swift build -c "$BUILD" --show-bin-path 9>&-)
for product in onus onus-ingestion onus-scoring onus-notification onus-console; do
    cmp -s "$folder/$product" "$STATE/bin/$product" && continue
    # Copied aside and renamed: what runs keeps its file, and no reader sees half of one.
    cp "$folder/$product" "$STATE/bin/.$product.new"
    mv -f "$STATE/bin/.$product.new" "$STATE/bin/$product"
    say "new in .onus/bin: $product"
done
