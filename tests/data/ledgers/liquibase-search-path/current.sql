create schema if not exists "ops";
create schema if not exists "ops";
CREATE TABLE ops.databasechangeloglock (
    id integer NOT NULL,
    locked boolean NOT NULL,
    lockgranted timestamp without time zone,
    lockedby character varying(255)
);
CREATE TABLE ops.history (
    id character varying(255) NOT NULL,
    author character varying(255) NOT NULL,
    filename character varying(255) NOT NULL,
    dateexecuted timestamp without time zone NOT NULL,
    orderexecuted integer NOT NULL,
    exectype character varying(10) NOT NULL,
    md5sum character varying(35),
    description character varying(255),
    comments character varying(255),
    tag character varying(255),
    liquibase character varying(20),
    contexts character varying(255),
    labels character varying(255),
    deployment_id character varying(10)
);
INSERT INTO ops.databasechangeloglock VALUES (1, false, NULL, NULL);
INSERT INTO ops.history VALUES ('1', 'dev', 'a.sql', '2026-11-26 02:14:48.18516', 1, 'EXECUTED', '9:bc977861bd4473eb06a874429a50b8f6', 'sql', '', NULL, '4.29.2', NULL, NULL, '5659288100');
INSERT INTO ops.history VALUES ('j', 'dev', 'root.json', '2026-11-26 02:14:48.212874', 2, 'EXECUTED', '9:9de7bd65dabd74527e3674de350561a1', 'sql', '', NULL, '4.29.2', NULL, NULL, '5659288100');
INSERT INTO ops.history VALUES ('mark', 'dev', 'root.json', '2026-11-26 02:14:48.329656', 3, 'MARK_RAN', '9:cc558b24b4fc69f974aef168c4fd348f', 'sql', '', NULL, '4.29.2', NULL, NULL, '5659288100');
ALTER TABLE ONLY ops.databasechangeloglock
    ADD CONSTRAINT databasechangeloglock_pkey PRIMARY KEY (id);
