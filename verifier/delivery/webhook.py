"""
Posts a report to a receiver of a team's own, signed where there is a secret.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime

from verifier.delivery.posting import Receiver, post
from verifier.errors import UnreachableError
from verifier.model.report import Report
from verifier.report import event

_PREFIX = "whsec_"


def tell_webhook(
    report: Report,
    run_url: str,
    environ: Mapping[str, str],
    now: datetime,
    sleep: Callable[[float], None],
) -> None:
    """
    Send the report to VERIFIER_WEBHOOK_URL; what is sent again has the same id.

    Raises:
        UnreachableError: the receiver did not take it.
    """
    body = event.render(report, run_url)
    secret = environ.get("VERIFIER_WEBHOOK_SECRET", "").strip()
    url = environ.get("VERIFIER_WEBHOOK_URL", "").strip()
    headers = signed_headers(body, secret, now)
    post(Receiver(url, "VERIFIER_WEBHOOK_URL", headers), body, sleep)


def signed_headers(body: str, secret: str, now: datetime) -> Mapping[str, str]:
    """
    Return what tells a receiver which message this is, when it was sent, and that it is ours.

    Raises:
        UnreachableError: the secret is none.
    """
    id_ = f"msg_{hashlib.sha256(body.encode()).hexdigest()[:32]}"
    timestamp = str(int(now.timestamp()))
    headers = {"webhook-id": id_, "webhook-timestamp": timestamp}
    if not secret:
        return headers
    digest = hmac.new(_key(secret), f"{id_}.{timestamp}.{body}".encode(), hashlib.sha256).digest()
    return {**headers, "webhook-signature": f"v1,{base64.b64encode(digest).decode()}"}


def _key(secret: str) -> bytes:
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except ValueError as error:
        raise UnreachableError("VERIFIER_WEBHOOK_SECRET is not base64 after whsec_") from error
