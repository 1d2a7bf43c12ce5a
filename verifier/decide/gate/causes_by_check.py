"""What failed checks tell of known causes, each with its page docs/causes/ID.md."""

from verifier.decide.gate.cause_steps import BUILD_LOGS, LEDGER, LOGS, REQUIRED, SET, SHOW
from verifier.model.check_ids import (
    ADDRESS,
    APP_ENV,
    ARRIVAL,
    BLOCKED_BY_CI,
    COMPONENT,
    EXPECTED_VERSION,
    FAILED_MIGRATION,
    HEALTH,
    INSTANCES,
    LOCKED,
    OVERLAP,
    PENDING,
    PROJECT_REF,
    RELATIONS,
    REPLICAS,
    RUN_MODE,
    SCHEMA,
    SHARED_DATABASE,
    SILENT,
    STATUS,
    component_check,
)
from verifier.model.known_cause import CauseRule

#: What the failed check says, where no line of a log says more.
BY_CHECK = (
    CauseRule(
        "environment-wrong",
        "the container or the database belongs to another environment",
        f"compare APP_ENV and DATABASE_URL with what {{app_env}} needs: {SHOW}; "
        "a change deploys, unless with --skip-deploys",
        (APP_ENV,),
        (component_check("environment"),),
    ),
    CauseRule(
        "database-wrong",
        "the service is connected to another project's database",
        f"compare DATABASE_URL and SUPABASE_PROJECT_REF with project {{project_ref}}: {SHOW}; "
        "a change deploys, unless with --skip-deploys",
        (PROJECT_REF, ADDRESS, SHARED_DATABASE),
        (component_check("project_ref"),),
    ),
    CauseRule(
        "migration-failed",
        "a migration was started and did not finish, so none after it is applied",
        LEDGER,
        (FAILED_MIGRATION, LOCKED),
    ),
    CauseRule(
        "migration-pending",
        "the code is ahead of the database: a migration is not applied",
        LEDGER,
        (
            PENDING,
            EXPECTED_VERSION,
            SCHEMA,
            component_check("schema_version"),
        ),
    ),
    CauseRule(
        "object-missing",
        "a table, a view or another object that the app needs is missing or unreadable",
        LEDGER,
        (f"{RELATIONS}.*", component_check("tables"), component_check("views")),
    ),
    CauseRule(
        "environment-unknown",
        "the app could not compare its environment with its database",
        f"check APP_ENV and SUPABASE_PROJECT_REF, and that the app can read the rows environment "
        f"and supabase_project_ref: {SHOW}",
        (component_check("environment"), component_check("project_ref")),
    ),
    CauseRule(
        "run-mode-wrong",
        "the service does another service's work",
        f"{SET} RUN_MODE={{run_mode}}",
        (RUN_MODE,),
    ),
    CauseRule(
        "crashed",
        "the process ended",
        LOGS,
        (STATUS, INSTANCES),
    ),
    CauseRule(
        "instances-wrong",
        "not as many instances run as must",
        "verifier status",
        (REPLICAS, OVERLAP),
    ),
    CauseRule(
        "redis-away",
        "the app does not reach Redis",
        "check that Redis runs on Railway, and REDIS_URL of {service}: railway status",
        (component_check("redis"),),
    ),
    CauseRule(
        "database-away",
        "the app does not reach its database",
        "check that it is up, and DATABASE_URL of {service}: verifier doctor",
        (component_check("supabase"), component_check("database"), component_check("postgres")),
    ),
    CauseRule(
        "build-failed",
        "the build or the start failed",
        BUILD_LOGS,
        (ARRIVAL,),
    ),
    CauseRule(
        "ci-blocks",
        "a check of GitHub kept Railway from deploying this commit",
        "gh run list --commit {commit}",
        (BLOCKED_BY_CI,),
    ),
    CauseRule(
        "silent",
        "the process runs and does not answer where Railway asks",
        f"listen on 0.0.0.0 and the port in PORT: {LOGS}",
        (SILENT,),
    ),
    CauseRule(
        "job-late",
        "a job did not run when it was due",
        LOGS,
        ("probe.*",),
    ),
    CauseRule(
        "component-not-there",
        "health.required names a component that the health document does not have",
        REQUIRED,
        (f"{COMPONENT}.*",),
    ),
    CauseRule(
        "unhealthy",
        "the app responds and reports that it is unhealthy",
        LOGS,
        (f"{HEALTH}.*", f"{COMPONENT}.*"),
    ),
)
