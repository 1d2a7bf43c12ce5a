#!/usr/bin/env bash
# Starts a sandbox that lives as long as the job, and gives its addresses to the next steps.
set -euo pipefail

make .venv/.ready
told="$RUNNER_TEMP/sandbox"
nohup .venv/bin/verifier sandbox > "$told" 2>&1 &
for _ in $(seq 60); do
  grep -q '^Ctrl-C' "$told" && break
  sleep 1
done
eval "$(grep '^export ' "$told")"
{
  echo "api-url=$RAILWAY_API_URL"
  echo "railway-token=$RAILWAY_TOKEN"
  echo "app-url=$RAILWAY_APP_URL"
  echo "database-url=$DATABASE_URL"
  echo "checkout=$(sed -n 's/.*--checkout \([^ ]*\) .*/\1/p' "$told" | head -1)"
} >> "$GITHUB_OUTPUT"
