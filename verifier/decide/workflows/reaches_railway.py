"""
What runs beside a gate and is not known to leave Railway alone.

Without a secret that may be Railway's, or a way to start or ask something else, a step on a
runner of its own reaches nothing there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from verifier.decide.workflows.harmless_steps import is_harmless, is_harmless_in
from verifier.decide.workflows.old_steps import OldStep, may_roll_back, old_step
from verifier.decide.workflows.runs_after import Later
from verifier.decide.workflows.upload_job import uploads_itself
from verifier.model.workflow import Job, Step

_RAILWAY = re.compile(
    r"(?<![\w@/.-])railway\s+\w|\bnpx\s+(?:-\S+\s+)*@railway/|backboard\.railway|railwayapp/|"
    r"RAILWAY\w*(?:TOKEN|KEY)|(?:TOKEN|KEY)\w*RAILWAY",
    re.IGNORECASE,
)
_UNDOES = re.compile(
    r"(?<![\w@.-])railway\b[^\n|;&]*\b(?:redeploy|rollback|down|restart)\b|backboard\.railway",
    re.IGNORECASE,
)
#: Asks GitHub what became of something, starts something there, or changes what is deployed.
_OF_GITHUB = re.compile(
    r"\bgh\s+(?:run|api|workflow)\b|api\.github\.com|/actions/runs|check-runs|github-script@|"
    r"WorkflowRun|^uses:.*wait-(?:on|for)|\bgit\s+revert\b",
    re.IGNORECASE | re.MULTILINE,
)
#: Asks something else to act.
_SENDS = re.compile(
    r"\b(?:curl|wget|http)\b.*\s(?:-[A-Za-z]*[XdF]|--(?:request|data|json|form|post|method))",
    re.DOTALL,
)
_ENDS = re.compile(r"\|\|?|&&|;|(?<!\\)\n")
_LOCAL = re.compile(r"localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]", re.IGNORECASE)
_SECRET = re.compile(r"\bsecrets\b(?:\s*\.\s*(\w+)|\s*\[\s*'(\w+)'\s*\])?", re.IGNORECASE)
#: Words of the names of secrets that other products and tests have.
_OF_OTHERS = re.compile(
    r"ANTHROPIC|APPLE|AUTH0|AWS|AZURE|CHROMATIC|CLERK|CLOUDFLARE|CODACY|CODECOV|COVERALLS|CROWDIN|"
    r"CYPRESS|DATABASE|DB|DISCORD|DOCKER|DOCKERHUB|E2E|EMAIL|FIREBASE|FLY|GCP|GH|GHCR|GITHUB|"
    r"GITLEAKS|GOOGLE|JIRA|JWT|LHCI|LINEAR|MAIL|NETLIFY|NEXT|NPM|NODE|OPENAI|PERCY|PLAYWRIGHT|"
    r"POSTGRES|POSTGRESQL|POSTHOG|PYPI|REDIS|S3|SENDGRID|SENTRY|SLACK|SMTP|SNYK|SONAR|SONARCLOUD|"
    r"SQLITE|STRIPE|SUPABASE|TEAMS|TELEGRAM|TEST|TESTING|TURBO|TWILIO|VERCEL|VITE"
)
#: Words by which a secret of any product may be one that deploys.
_OF_DEPLOYS = re.compile(
    r"RAILWAY|DEPLOY|RESTORE|ROLL_?BACK|REVERT|(?:^|_)OPS(?:_|$)|RELEASE", re.IGNORECASE
)
#: What holds the address of an application, which a smoke test asks.
_ADDRESS = re.compile(
    r"(?:RAILWAY_)?(?:(?:APP|API|BASE|SITE|WEB|FRONTEND|BACKEND|PROD|PRODUCTION|STAGING|PUBLIC)_)+"
    r"(?:URL|HOST|DOMAIN)",
    re.IGNORECASE,
)
_LEFT_ALONE = (OldStep.WAIT, OldStep.HEALTH, OldStep.DEAD_ROLLBACK)


def is_known_harmless(later: Later) -> bool:
    """Tell whether it is known to change nothing."""
    return later.step is not None and is_harmless_in(later.workflow, later.job, later.step)


def may_act_beside(laters: Sequence[Later]) -> Iterator[Later]:
    """Yield those that run beside a gate and may act on Railway."""
    asking = {
        (each.workflow.path, each.job.id)
        for each in laters
        if each.step and _OF_GITHUB.search(_given(each, each.step))
    }
    for each in laters:
        if each.step is None:
            yield each
        elif is_known_harmless(each) or _is_left_alone(each.job, each.step):
            continue
        elif (each.workflow.path, each.job.id) in asking or _may_reach(each, each.step):
            yield each


def secrets_of(later: Later) -> tuple[str, ...]:
    """Return the secrets that it is given, but for GitHub's own token; `*` stands for all."""
    given = _given(later, later.step) if later.step else str(dict(later.job.inputs))
    names = (first or second or "*" for first, second in _SECRET.findall(given))
    return tuple(name for name in names if name.upper() != "GITHUB_TOKEN")


def is_of_others(secret: str) -> bool:
    """Tell whether a secret is one of another product, or of tests, by its name."""
    words = secret.upper().split("_")
    is_known = any(map(_OF_OTHERS.fullmatch, words)) and not _OF_DEPLOYS.search(secret)
    return is_known or bool(_ADDRESS.fullmatch(secret))


def _may_reach(later: Later, step: Step) -> bool:
    given = _given(later, step)
    if any(map(uploads_itself, later.job.steps)):
        behind = _uploads_before(later.job, step)
        if not behind or uploads_itself(step):
            return bool(_UNDOES.search(step.shell)) or may_roll_back(step)
    has_secret = any(not is_of_others(name) for name in secrets_of(later))
    return _sends(step) or has_secret or bool(_RAILWAY.search(given))


def _sends(step: Step) -> bool:
    """Tell whether it asks something else than a chat, or itself, to act."""
    pieces = (replace(step, shell=piece) for piece in _ENDS.split(step.shell))
    asking = [piece for piece in pieces if _SENDS.search(piece.shell)]
    return any(not _LOCAL.search(piece.shell) and not is_harmless(piece) for piece in asking)


def _uploads_before(job: Job, step: Step) -> bool:
    return any(map(uploads_itself, job.steps[: job.steps.index(step)]))


def _is_left_alone(job: Job, step: Step) -> bool:
    """Tell whether a step of a job that uploads only waits and asks, or never runs."""
    at = job.steps.index(step)
    uploads = [number for number, each in enumerate(job.steps) if uploads_itself(each)]
    if not uploads or at <= uploads[-1]:
        return False
    before = [(each.id, each) for each in job.steps[uploads[-1] + 1 : at]]
    return old_step(step, before) in _LEFT_ALONE


def _given(later: Later, step: Step) -> str:
    """Return all that a step is given, its own and that of its job."""
    variables = (later.workflow.variables, later.job.variables, step.variables, step.inputs)
    return "\n".join([step.shell, f"uses: {step.uses}", *(str(dict(each)) for each in variables)])
