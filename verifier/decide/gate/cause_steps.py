"""The commands that known causes give as the next step, with places for the names."""

LOGS = "railway logs --service {service} --environment {environment}"
BUILD_LOGS = f"{LOGS} --build"
#: Without that flag Railway deploys at once, right after a rollback too.
SET = "railway variable set --skip-deploys --service {service} --environment {environment}"
SHOW = "railway variable list --service {service} --environment {environment}"
LEDGER = "verifier ledger"
REQUIRED = "correct health.required: verifier health URL shows which components there are"
PATH = "correct the path under health, or set it to null: verifier health URL shows which there are"
