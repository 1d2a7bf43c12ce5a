"""A service's deployments in the order in which they were made, for questions about each."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from verifier.model.deployment import Deployment, DeploymentStatus, ServiceState

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class DeploymentHistory:
    """
    Made once for a state: a service may have thousands of deployments, with a question about each.

    A place is how many deployments are older than a moment, so that it stands for that moment.
    """

    def __init__(self, state: ServiceState) -> None:
        self.oldest_first: Sequence[Deployment] = sorted(
            state.deployments, key=lambda d: d.created_at
        )
        self._made = [d.created_at for d in self.oldest_first]
        self._served = [n for n, d in enumerate(self.oldest_first) if d.status.has_served]
        self._of_code = defaultdict[str, list[int]](list)
        for n, deployment in enumerate(self.oldest_first):
            for code in codes(deployment):
                self._of_code[code].append(n)
        self._has_active, self._settled_until = [False], list[datetime | None]([None])
        for one in (self.oldest_first[n] for n in self._served):
            self._has_active.append(self._has_active[-1] or one.id in state.active)
            told = [at for at in (self._settled_until[-1], one.settled_at) if at is not None]
            self._settled_until.append(max(told, default=None))

    def place(self, deployment: Deployment) -> int:
        """Return how many are older than it."""
        return bisect_left(self._made, deployment.created_at)

    def first_made(self, deployment: Deployment, place: int) -> datetime:
        """When its code was first deployed; what a rollback alone tells of is from long ago."""
        same = [self._of_code[code][0] for code in codes(deployment) if code in self._of_code]
        older = [self.oldest_first[n] for n in sorted(same) if n < place]
        first = min((*older, deployment), key=lambda d: d.created_at)
        return _LONG_AGO if first.reason == "rollback" else first.created_at

    def last_of_code(self, deployment: Deployment, place: int) -> int | None:
        """Where the newest of its code stands before a place."""
        found = []
        for code in codes(deployment):
            of_code = self._of_code.get(code, [])
            if (count := bisect_left(of_code, place)) > 0:
                found.append(of_code[count - 1])
        return max(found, default=None)

    def newest_served(self, place: int, unlike: Deployment | None = None) -> Deployment | None:
        """Return the newest before a place that served, of other code than `unlike`."""
        found: Deployment | None = None
        for count in reversed(range(bisect_left(self._served, place))):
            one = self.oldest_first[self._served[count]]
            if found is not None and one.created_at < found.created_at:
                break
            if unlike is None or not one.same_code_as(unlike):
                found = one
        return found

    def lifetime(self, deployment: Deployment, until: datetime | None) -> timedelta:
        """
        Return how long it served, at most: from its creation to that of the next one that did.

        What lay crashed until it was replaced may have served for no time at all; what has crashed
        served until then.
        """
        if not deployment.status.has_served or self.was_never_switched_to(deployment):
            return timedelta(0)
        has_crashed = deployment.status is DeploymentStatus.CRASHED
        if _lies_crashed(deployment) and not (has_crashed and deployment.settled_at):
            return timedelta(0)
        after = bisect_left(self._served, bisect_right(self._made, deployment.created_at))
        later = [self._made[n] for n in self._served[after : after + 1]]
        ends = [*later, *([until] if until else [])]
        end = min(ends, default=deployment.created_at)
        is_over = has_crashed or deployment.status is DeploymentStatus.REMOVED
        if is_over and deployment.settled_at is not None:
            end = min(end, deployment.settled_at)
        return max(end - deployment.created_at, timedelta(0))

    def was_never_switched_to(self, deployment: Deployment) -> bool:
        """
        Whether it was removed before it could serve, as a cancelled build is.

        Such a one has no instances, and an older deployment outlived it.
        """
        if deployment.status is not DeploymentStatus.REMOVED or deployment.instances:
            return False
        older = bisect_left(self._served, self.place(deployment))
        removed_at, settled_at = deployment.settled_at, self._settled_until[older]
        is_outlived = bool(removed_at and settled_at and settled_at > removed_at)
        return self._has_active[older] or is_outlived


def codes(deployment: Deployment) -> tuple[str, ...]:
    """Name its code: two run the same where they share one of these names."""
    commit, image = deployment.commit_sha, deployment.image_digest
    return (*([f"commit {commit}"] if commit else ()), *([f"image {image}"] if image else ()))


def _lies_crashed(deployment: Deployment) -> bool:
    words = deployment.instances
    all_crashed = bool(words) and all(word == "CRASHED" for word in words)
    return deployment.status is DeploymentStatus.CRASHED or all_crashed
