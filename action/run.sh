#!/usr/bin/env bash
# Finds a Python for action/start.py, which does the rest. Nothing of the checkout is run.
set -euo pipefail

end_without_report() { # CODE TITLE REASON
  echo "::error title=$2::$3" || :
  printf '%s\n' verdict=inconclusive "reason=$3" "exit-code=$1" rolled-back=false \
    >> "${GITHUB_OUTPUT:-/dev/null}" || :
  printf '## ❓ %s\n\n%s\n' "$2" "$3" >> "${GITHUB_STEP_SUMMARY:-/dev/null}" || :
  exit "$1"
}

finish() { # CODE
  case $1 in
    143) end_without_report 130 Cancelled "The step was cancelled before the verifier had started." ;;
    *) exit "$1" ;;
  esac
}

# A runner tells this shell alone that the step is cancelled. Python would lose SIGINT while it
# starts, were it here in our place; it is sent SIGTERM, which ends it at any moment.
cancel() {
  trap '' INT TERM HUP QUIT
  set +u
  if [ -z "$code" ] && [ -n "$!" ]; then
    kill -TERM "$!" 2> /dev/null || :
    wait "$!" && code=0 || code=$?
  fi
  finish "${code:-143}"
}

# What is told from where a step stands ("", ".", "bin"), or lies below the workspace, is the
# checkout, whose files are data.
own_folders() { # LIST
  local folder checkout folders='' IFS=:
  checkout=$(physical "${GITHUB_WORKSPACE:-}")
  set -f
  for folder in $1; do
    case $folder in /*) ;; *) continue ;; esac
    case ${checkout:+$(physical "$folder")/} in "${checkout:-/}"/*) continue ;; esac
    folders=$folders${folders:+:}$folder
  done
  set +f
  printf %s "$folders"
}

# Where a folder lies, its links followed; nothing of one that is not there.
physical() { # FOLDER
  [ -n "$1" ] && CDPATH='' cd -P "$1" > /dev/null 2>&1 && pwd || :
}

given=$PATH
PATH=$(own_folders "$PATH")
export PATH=${PATH:-/usr/bin:/bin}
if [ -n "${LD_LIBRARY_PATH:-}" ]; then
  LD_LIBRARY_PATH=$(own_folders "$LD_LIBRARY_PATH")
  [ -n "$LD_LIBRARY_PATH" ] || unset LD_LIBRARY_PATH
fi

code=
trap cancel INT TERM HUP QUIT
for python in ${VERIFIER_PYTHON:+"$VERIFIER_PYTHON"} python3 python; do
  if "$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' > /dev/null 2>&1; then
    start=("$python" -I "$GITHUB_ACTION_PATH/action/start.py" "$@")
    # On Windows the console tells Python, too.
    case ${OSTYPE:-} in msys* | cygwin*) exec "${start[@]}" ;; esac
    "${start[@]}" &
    wait "$!" && code=0 || code=$?
    finish "$code"
  fi
  # One that was named is the one that is meant.
  [ -z "${VERIFIER_PYTHON:-}" ] || break
done
# What it names is not repeated: it could hold a line of its own.
meant=${VERIFIER_PYTHON:+What the input python names}
meant=${meant:-python3}
[ "$PATH" = "$given" ] || meant="$meant, looked for outside of the checkout,"
end_without_report 2 "Python 3.11 or newer is needed" \
  "$meant is missing or older. Set the input python, or add actions/setup-python before this step."
