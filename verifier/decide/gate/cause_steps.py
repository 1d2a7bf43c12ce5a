"""The commands that known causes give as the next step, with places for the names."""

LOGS = "railway logs --service {service} --environment {environment}"
BUILD_LOGS = f"{LOGS} --build"
SET = "railway variable set --service {service} --environment {environment}"
LEDGER = "verifier ledger"
