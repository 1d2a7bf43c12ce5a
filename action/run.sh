#!/usr/bin/env bash
# Finds a Python for action/start.py, which does the rest. Nothing of the checkout is run.
set -euo pipefail

for python in ${VERIFIER_PYTHON:+"$VERIFIER_PYTHON"} python3 python; do
  if "$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' > /dev/null 2>&1; then
    exec "$python" -I "$GITHUB_ACTION_PATH/action/start.py" "$@"
  fi
  # One that was named is the one that is meant.
  [ -z "${VERIFIER_PYTHON:-}" ] || break
done
echo "::error title=Python 3.11 or newer is needed::${VERIFIER_PYTHON:-python3} is missing or older. Set the input python, or add actions/setup-python before this step."
exit 2
