#!/usr/bin/env bash
# Tries the wheel in dist/ as a newcomer has it: an environment with nothing else in it, an empty
# home, a folder that is no checkout. `release/try.sh [PYTHON]`
set -euo pipefail
cd "$(dirname "$0")/.."
checkout=$PWD
python=${1:-python3}
wheels=("$checkout"/dist/*.whl)

if find "$checkout/dist" -type f ! -perm 644 | grep .; then
  echo "these are not for everybody to read" >&2
  exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m venv "$work/environment"
bin=$work/environment/bin
"$bin/pip" install --quiet --disable-pip-version-check --require-hashes \
  -r "$checkout/requirements/run.txt"
"$bin/pip" install --quiet --disable-pip-version-check --no-deps "${wheels[0]}"

mkdir "$work/home" "$work/elsewhere"
cd "$work/elsewhere"
lonely() { env -i HOME="$work/home" PATH="$bin:/usr/bin:/bin" "$@"; }
lonely verifier --version
lonely verifier config explain gate.fail-after
lonely verifier config check --checkout "$checkout/examples/julia"
lonely verifier config schema > "$work/schema.json"
cmp "$work/schema.json" "$checkout/schemas/verifier.schema.json"
lonely "$bin/python" -m pip check

"$bin/pip" install --quiet --disable-pip-version-check --require-hashes \
  -r "$checkout/requirements/dev.txt"
lonely verifier demo
lonely verifier rehearse missing-migration --checkout "$checkout/examples/julia"
