#!/usr/bin/env bash
# Builds the wheel and the sdist into dist/, twice, and holds the bytes against one another: whoever
# has the commit can make the very same files. Beside them lies what they need, as CycloneDX has it.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$PWD/.venv/bin/python

SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for round in first second; do
  git clone --quiet . "$work/$round"
  PYTHONPATH=. "$python" release/readme.py "$work/$round"
  umask "$([ $round = first ] && echo 022 || echo 077)"
  "$python" -m build --no-isolation --outdir "$work/$round.dist" "$work/$round" > /dev/null
done
diff -r "$work/first.dist" "$work/second.dist"
# Whoever is given them may read them, whatever the second round was made under.
umask 022
rm -rf dist
mkdir dist
install -m 644 "$work"/first.dist/* dist

"$python" -m venv "$work/sbom"
"$work/sbom/bin/pip" install --quiet --disable-pip-version-check --require-hashes \
  -r requirements/sbom.txt
wheels=(dist/*.whl)
name=$(basename "${wheels[0]}" -py3-none-any.whl)
PYTHONWARNINGS=ignore "$work/sbom/bin/cyclonedx-py" requirements --pyproject pyproject.toml \
  --output-reproducible --output-file "dist/$name.cdx.json" requirements/run.txt
(cd dist && sha256sum -- * | tee SHA256SUMS)
