CREATE TABLE public.databasechangelog (
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
CREATE TABLE public.databasechangeloglock (
    id integer NOT NULL,
    locked boolean NOT NULL,
    lockgranted timestamp without time zone,
    lockedby character varying(255)
);
INSERT INTO public.databasechangelog VALUES ('1', 'dev', 'db/changelog/changes/001.sql', '2026-11-26 02:14:01.887439', 1, 'EXECUTED', '9:bc977861bd4473eb06a874429a50b8f6', 'sql', '', NULL, '4.29.2', NULL, NULL, '5659241707');
INSERT INTO public.databasechangelog VALUES ('raw', 'includeAll', 'db/changelog/changes/002-raw.sql', '2026-11-26 02:14:01.921379', 2, 'EXECUTED', '9:5f639f4031f8f2aaf5cc27fc1cdb2672', 'sql', '', NULL, '4.29.2', NULL, NULL, '5659241707');
INSERT INTO public.databasechangeloglock VALUES (1, false, NULL, NULL);
ALTER TABLE ONLY public.databasechangeloglock
    ADD CONSTRAINT databasechangeloglock_pkey PRIMARY KEY (id);
