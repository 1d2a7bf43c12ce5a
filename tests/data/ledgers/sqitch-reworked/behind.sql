CREATE SCHEMA ops;
CREATE TABLE ops.changes (
    change_id text NOT NULL,
    script_hash text,
    change text NOT NULL,
    project text NOT NULL,
    note text NOT NULL,
    committed_at timestamp with time zone NOT NULL,
    committer_name text NOT NULL,
    committer_email text NOT NULL,
    planned_at timestamp with time zone NOT NULL,
    planner_name text NOT NULL,
    planner_email text NOT NULL
);
INSERT INTO ops.changes VALUES ('58c5826596413f23a540ae5a49f3f21b81500673', 'daf010c72bd3c6928c7abb7f8fab4e1951bdd368', 'users', 'shop', 'users', '2026-11-27 00:36:30.568345+00:00'::timestamptz, 'Dev', 'dev@example.org', '2026-11-27 00:36:28+00:00'::timestamptz, 'Dev', 'dev@example.org');
INSERT INTO ops.changes VALUES ('c3fefad92f5e2d7ed592994e335142227751fab9', '0015b40c601ef4a416f1c8c92c08af365586a8dd', 'settings', 'shop', 'settings', '2026-11-27 00:36:30.423593+00:00'::timestamptz, 'Dev', 'dev@example.org', '2026-11-27 00:36:27+00:00'::timestamptz, 'Dev', 'dev@example.org');
CREATE TABLE ops.events (
    event text NOT NULL,
    change_id text NOT NULL,
    change text NOT NULL,
    project text NOT NULL,
    note text NOT NULL,
    requires text[] NOT NULL,
    conflicts text[] NOT NULL,
    tags text[] NOT NULL,
    committed_at timestamp with time zone NOT NULL,
    committer_name text NOT NULL,
    committer_email text NOT NULL,
    planned_at timestamp with time zone NOT NULL,
    planner_name text NOT NULL,
    planner_email text NOT NULL
);
INSERT INTO ops.events VALUES ('deploy', 'c3fefad92f5e2d7ed592994e335142227751fab9', 'settings', 'shop', 'settings', '{}', '{}', '{}', '2026-11-27 00:36:30.425008+00:00'::timestamptz, 'Dev', 'dev@example.org', '2026-11-27 00:36:27+00:00'::timestamptz, 'Dev', 'dev@example.org');
INSERT INTO ops.events VALUES ('deploy', '58c5826596413f23a540ae5a49f3f21b81500673', 'users', 'shop', 'users', '{}', '{}', '{}', '2026-11-27 00:36:30.570193+00:00'::timestamptz, 'Dev', 'dev@example.org', '2026-11-27 00:36:28+00:00'::timestamptz, 'Dev', 'dev@example.org');
CREATE TABLE ops.tags (
    tag_id text NOT NULL,
    tag text NOT NULL,
    project text NOT NULL,
    change_id text NOT NULL,
    note text NOT NULL,
    committed_at timestamp with time zone NOT NULL,
    committer_name text NOT NULL,
    committer_email text NOT NULL,
    planned_at timestamp with time zone NOT NULL,
    planner_name text NOT NULL,
    planner_email text NOT NULL
);
CREATE TABLE ops.projects (
    project text NOT NULL,
    uri text,
    created_at timestamp with time zone NOT NULL,
    creator_name text NOT NULL,
    creator_email text NOT NULL
);
INSERT INTO ops.projects VALUES ('shop', NULL, '2026-11-27 00:36:30.302390+00:00'::timestamptz, 'Dev', 'dev@example.org');
CREATE TABLE ops.dependencies (
    change_id text NOT NULL,
    type text NOT NULL,
    dependency text NOT NULL,
    dependency_id text
);
CREATE TABLE ops.releases (
    version real NOT NULL,
    installed_at timestamp with time zone NOT NULL,
    installer_name text NOT NULL,
    installer_email text NOT NULL
);
INSERT INTO ops.releases VALUES (1.1, '2026-11-27 00:36:30.299660+00:00'::timestamptz, 'Dev', 'dev@example.org');
