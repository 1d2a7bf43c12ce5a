"""Workflows that upload, with something behind them, and what is proposed for them."""

from verifier.commands.proposed_changes import propose_moves
from verifier.decide.first_config import Discovered
from verifier.decide.uploads import find_uploads, waits_for_pushes
from verifier.decide.workflows.unfolded_actions import unfolded
from verifier.github.workflows import parse_action, parse_workflow, workflow_value

ACTION = f"acme/railway-deploy-verifier@{'a' * 40}"
PATH, OTHER = ".github/workflows/deploy.yml", ".github/workflows/after.yml"
HEAD = "name: Deploy\non:\n  push:\n    branches: [main]\n"
CHECKOUT = "      - uses: actions/checkout@v4\n"
TOKEN = "        env:\n          RAILWAY_TOKEN: ${{ secrets.RAILWAY_TOKEN }}\n"
UPLOAD = f"      - run: railway up --ci --service api\n{TOKEN}"
SLEEP = "      - run: sleep 60\n"
ASKS = "      - name: Health check\n        run: curl -fsS https://app.test/health\n"
WHOLE = CHECKOUT + UPLOAD + SLEEP + ASKS
AWAITING = CHECKOUT + SLEEP + ASKS
COMPLETED = "  workflow_run:\n    workflows: [Deploy]\n    types: [completed]\n"


class Files:
    """A folder of workflows, in memory."""

    def __init__(self, texts):
        self.texts = texts

    def script(self, path):
        return self.texts.get(path)

    def action(self, folder):
        path = f"{folder}/action.yml"
        return parse_action(path, self.texts[path]) if path in self.texts else None

    def parsed(self, path, text):
        return parse_workflow(path, text)

    def document(self, path, text):
        return workflow_value(path, text)


def pipeline(steps=WHOLE, jobs="", keys=""):
    """A workflow whose job has these steps and keys, and other jobs beside it."""
    steps = f"    runs-on: ubuntu-latest\n{keys}    steps:\n{steps}"
    return f"{HEAD}jobs:\n  deploy:\n{steps}{jobs}"


def run(*lines):
    """A step that runs these lines."""
    return "      - run: |\n" + "".join(f"          {line}\n" for line in lines)


def job(steps, condition="", name="later", keys="    needs: deploy\n"):
    """A job behind the one that uploads."""
    keys += f"    if: {condition}\n" if condition else ""
    return f"  {name}:\n{keys}    runs-on: ubuntu-latest\n    steps:\n{steps}"


def follower(steps, condition="", on=COMPLETED):
    """A workflow that follows the one that uploads."""
    keys = f"    if: {condition}\n" if condition else ""
    start = f"name: After\non:\n{on}jobs:\n  after:\n{keys}"
    return f"{start}    runs-on: ubuntu-latest\n    steps:\n{steps}"


def proposed(text, *others, action=ACTION):
    """What is proposed for a workflow beside others."""
    texts = {PATH: text} | {OTHER.replace("r.", f"r{n}."): t for n, t in enumerate(others)}
    read = [parse_workflow(path, each) for path, each in texts.items()]
    assert all(hasattr(workflow, "jobs") for workflow in read), read
    whole = [unfolded(workflow, Files(texts).action) for workflow in read]
    uploads = find_uploads(whole, Files(texts).script, "production")
    waits = waits_for_pushes(read, uploads)
    services = {"api": {"APP_ENV": "production"}}
    seen = Discovered(
        "shop",
        "production",
        services,
        "",
        (),
        uploads=uploads,
        waits=waits,
        workflows=tuple(read),
    )
    return propose_moves(Files(texts), seen, action)
