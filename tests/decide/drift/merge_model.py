"""
Can this person do without that? Plain persons and plain rules, in every world that could be.

Knows nothing of the verifier: it takes GitHub's own JSON, fills in who everybody may be, and
tries each person.
"""

import itertools
from dataclasses import dataclass

PEOPLE = {"olga": "owner", "adam": "admin", "mia": "maintain", "will": "write", "rita": "read"}
RANKS = {"read": 1, "write": 3, "maintain": 4, "admin": 5, "owner": 5}
ROLE_IDS = {2: "maintain", 4: "write", 5: "admin"}
TEAMS = {21: "ops", 22: "dev"}
USERS = {11: "alice", 12: "bob"}
APPS = {31: "renovate", 32: "mergify"}
KEY = "key"
EVERYBODY = (*PEOPLE, *USERS.values(), *APPS.values(), KEY)


@dataclass(frozen=True)
class World:
    """One way in which everything could be that nobody sees."""

    roles: dict
    """Of people and users."""
    teams: dict
    """Members by team."""
    token: str
    """Whose the audit's token is."""
    hidden_lists_free: str
    """"nobody" or "everybody": what stands in a list that is not shown."""
    hidden_classic: bool
    """Whether a classic protection that is not shown holds everybody to everything."""
    keys_administer: bool
    """Whether deploy keys may do to a classic protection what administrators may."""


def worlds(names):
    """Every world that matters where these words occur in what was configured."""
    users = [name for name in USERS.values() if name in names]
    user_roles = itertools.product(("read", "write", "admin", "owner"), repeat=len(users))
    humans = [*PEOPLE, *users]
    sets = [{who} for who in humans] + [set(humans)]
    asked = [team for team in TEAMS.values() if team in names]
    for given in user_roles:
        roles = {
            **PEOPLE,
            **dict.fromkeys(USERS.values(), "write"),
            **dict(zip(users, given, strict=True)),
        }
        for members in itertools.product(sets, repeat=len(asked)):
            teams = {
                **{team: set() for team in TEAMS.values()},
                **dict(zip(asked, members, strict=True)),
            }
            for token in ("will", "adam", "rita", *users) if "token" in names else ("will",):
                for lists in ("nobody", "everybody") if "hidden" in names else ("nobody",):
                    for classic in (True, False) if "hidden classic" in names else (False,):
                        for keys in (False, True) if "keys" in names else (False,):
                            yield World(roles, teams, token, lists, classic, keys)


def is_actor(world, person, kind, who):
    """Whether a person is meant by an entry of a list."""
    match kind:
        case "RepositoryRole":
            return person in world.roles and RANKS[world.roles[person]] >= RANKS[ROLE_IDS[who]]
        case "OrganizationAdmin":
            return world.roles.get(person) == "owner"
        case "Team":
            return person in world.teams[TEAMS[who]]
        case "User":
            return person == USERS[who]
        case "Integration":
            return person == APPS[who]
        case "DeployKey":
            return person == KEY


def is_freed(world, person, ruleset, *, by_push):
    """Whether a ruleset lets a person through, by a push or when merging."""
    actors = ruleset.get("bypass_actors")
    if actors is None:
        own = ruleset.get("current_user_can_bypass", "never")
        is_own = person == world.token and own in ("always", "exempt", "pull_requests_only")
        if world.hidden_lists_free == "everybody":
            return True
        return is_own and not (by_push and own == "pull_requests_only")
    return any(
        is_actor(world, person, actor["actor_type"], actor["actor_id"])
        and not (by_push and actor["bypass_mode"] == "pull_request")
        for actor in actors
    )


def classic_frees(world, person, classic, wanted):
    """
    Whether classic protection lets a person through.

    What GitHub's form lists under "Rules applied to everyone including administrators" frees nobody.
    """
    if wanted in ("no-force-push", "no-deletion"):
        return False
    of_reviews = wanted in ("approvals", "pull-request")
    is_admin = person in world.roles and RANKS[world.roles[person]] >= RANKS["admin"]
    if (is_admin or (person == KEY and world.keys_administer)) and not classic["enforce_admins"][
        "enabled"
    ]:
        return True
    allowed = classic["required_pull_request_reviews"].get("bypass_pull_request_allowances", {})
    return of_reviews and (
        any(person == user["login"] for user in allowed.get("users", []))
        or any(person in world.teams[team["slug"]] for team in allowed.get("teams", []))
        or any(person == app["slug"] for app in allowed.get("apps", []))
    )


def rules_of(ruleset):
    return {rule["type"]: rule.get("parameters", {}) for rule in ruleset["rules"]}


def ruleset_asks(ruleset, wanted, level):
    rules = rules_of(ruleset)
    match wanted:
        case "approvals":
            found = rules.get("pull_request", {}).get("required_approving_review_count", 0)
            return found >= level
        case "checks":
            checks = rules.get("required_status_checks", {}).get("required_status_checks", [])
            return any(check["context"] == "Test" for check in checks)
        case "pull-request":
            return "pull_request" in rules
        case "no-force-push":
            return "non_fast_forward" in rules
        case "no-deletion":
            return "deletion" in rules


def classic_asks(classic, wanted, level):
    match wanted:
        case "approvals":
            count = classic["required_pull_request_reviews"]["required_approving_review_count"]
            return count >= level
        case "checks":
            checks = classic["required_status_checks"]["checks"]
            return any(check["context"] == "Test" for check in checks)
        case "pull-request":
            return True
        case "no-force-push":
            return not classic["allow_force_pushes"]["enabled"]
        case "no-deletion":
            return not classic["allow_deletions"]["enabled"]


def can_do_without(world, person, branch, wanted, level):
    """Whether the branch lets this person do without what is wanted."""
    by_push = wanted in ("pull-request", "no-force-push", "no-deletion")
    if world.hidden_classic:
        return False
    classic = branch["classic"]
    is_asked = isinstance(classic, dict) and classic_asks(classic, wanted, level)
    if is_asked and not classic_frees(world, person, classic, wanted):
        return False
    return all(
        is_freed(world, person, ruleset, by_push=by_push)
        for ruleset in branch["rulesets"]
        if ruleset_asks(ruleset, wanted, level)
    )


def without_permitted(branch, permitted):
    """The branch without the entries of lists that can only mean people who are permitted."""
    known = list(worlds(named_in(branch, permitted)))

    def is_left(kind, who):
        return any(
            is_actor(world, person, kind, who)
            and not any(is_actor(world, person, *other) for other in permitted)
            for world in known
            for person in EVERYBODY
        )

    left = {**branch, "rulesets": [dict(ruleset) for ruleset in branch["rulesets"]]}
    for ruleset in left["rulesets"]:
        if ruleset.get("bypass_actors"):
            ruleset["bypass_actors"] = [
                a for a in ruleset["bypass_actors"] if is_left(a["actor_type"], a["actor_id"])
            ]
    if isinstance(branch["classic"], dict):
        classic = left["classic"] = dict(branch["classic"])
        reviews = classic["required_pull_request_reviews"]
        allowed = reviews.get("bypass_pull_request_allowances", {})
        kinds = {"users": "User", "teams": "Team", "apps": "Integration"}
        kept = {
            plural: [one for one in allowed.get(plural, []) if is_left(kind, one["id"])]
            for plural, kind in kinds.items()
        }
        classic["required_pull_request_reviews"] = {
            **reviews,
            "bypass_pull_request_allowances": kept,
        }
        if not is_left("RepositoryRole", 5):
            classic["enforce_admins"] = {"enabled": True}
    return left


def verdict(branch, wanted, level, permitted):
    """
    Return what an honest audit says: nobody, somebody, or cannot tell.

    `permitted` are pairs of kind and number: who may do without everything.
    """
    asked = [r for r in branch["rulesets"] if ruleset_asks(r, wanted, level)]
    classic = branch["classic"]
    is_asked = bool(asked) or (isinstance(classic, dict) and classic_asks(classic, wanted, level))
    if not is_asked:
        return "cannot tell" if classic == "hidden" else "not required"
    left = without_permitted(branch, permitted)
    answers = set()
    for world in worlds(named_in(left, ())):
        answers.add(any(can_do_without(world, who, left, wanted, level) for who in EVERYBODY))
        if len(answers) > 1:
            return "cannot tell"
    return "somebody" if True in answers else "nobody"


def named_in(branch, permitted):
    """Words for what occurs, so that only worlds that matter are tried."""
    words = {"hidden classic"} if branch["classic"] == "hidden" else set()
    pairs = list(permitted)
    for ruleset in branch["rulesets"]:
        if ruleset.get("bypass_actors") is None:
            words |= {"hidden", "token"}
        pairs += [(a["actor_type"], a["actor_id"]) for a in ruleset.get("bypass_actors") or []]
    if isinstance(branch["classic"], dict):
        reviews = branch["classic"]["required_pull_request_reviews"]
        allowed = reviews.get("bypass_pull_request_allowances", {})
        pairs += [("User", user["id"]) for user in allowed.get("users", [])]
        pairs += [("Team", team["id"]) for team in allowed.get("teams", [])]
        words |= {"keys"} if not branch["classic"]["enforce_admins"]["enabled"] else set()
    words |= {TEAMS[who] for kind, who in pairs if kind == "Team"}
    return words | {USERS[who] for kind, who in pairs if kind == "User"}
