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
# What it names is not repeated: it could hold a line of its own.
meant=${VERIFIER_PYTHON:+What the input python names}
meant=${meant:-python3}
reason="$meant is missing or older. Set the input python, or add actions/setup-python before this step."
echo "::error title=Python 3.11 or newer is needed::$reason" || :
printf '%s\n' verdict=inconclusive "reason=$reason" exit-code=2 rolled-back=false >> "${GITHUB_OUTPUT:-/dev/null}" || :
printf '## ❓ Python 3.11 or newer is needed\n\n%s\n' "$reason" >> "${GITHUB_STEP_SUMMARY:-/dev/null}" || :
exit 2
