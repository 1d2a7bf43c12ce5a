#!/usr/bin/env bash
# Runs the verifier from the action's own folder, in a Python environment of its own: nothing of
# the job's Python, of its variables for Python, or of the checkout is imported.
set -euo pipefail

case ${1:-} in
  gate | preflight | ready) ;;
  *)
    echo "::error title=Unknown command::the input command takes gate, preflight or ready."
    exit 2
    ;;
esac
python=${VERIFIER_PYTHON:-python3}
home="${RUNNER_TEMP:?this script runs in a GitHub Actions job}/railway-deploy-verifier"
ready="$home/ready"

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "::error title=Python 3.11 or newer is needed::$python is missing or older; set the input python, or add actions/setup-python before this step."
  exit 2
fi
if [ ! -e "$ready" ]; then
  rm -rf "$home"
  "$python" -I -m venv "$home"
  "$home/bin/python" -I -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
    -r "$GITHUB_ACTION_PATH/requirements/run.txt"
  packages=$("$home/bin/python" -I -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  echo "$GITHUB_ACTION_PATH" > "$packages/verifier.pth"
  touch "$ready"
fi
exec "$home/bin/python" -I -m verifier "$@"
