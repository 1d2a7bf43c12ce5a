CREATE TABLE public.shop_changes (
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
INSERT INTO public.shop_changes VALUES ('one', 'dev', 'changes/sets/01-settings.sql', '2026-11-27 00:44:46.240631'::timestamp, 1, 'EXECUTED', '9:f52846a1bbb1949c7abc9c6f25793b86', 'sql', '', NULL, '4.29.2', NULL, NULL, '5740286135');
INSERT INTO public.shop_changes VALUES ('two', 'dev', 'changes/sets/02-users.yaml', '2026-11-27 00:44:46.268553'::timestamp, 2, 'EXECUTED', '9:3a45e08529ecbfbe6218d48a61c57fd0', 'sql', '', NULL, '4.29.2', NULL, NULL, '5740286135');
CREATE TABLE public.shop_changes_lock (
    id integer NOT NULL,
    locked boolean NOT NULL,
    lockgranted timestamp without time zone,
    lockedby character varying(255)
);
INSERT INTO public.shop_changes_lock VALUES (1, false, NULL, NULL);
