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
CREATE TABLE public.shop_changes_lock (
    id integer NOT NULL,
    locked boolean NOT NULL,
    lockgranted timestamp without time zone,
    lockedby character varying(255)
);
INSERT INTO public.shop_changes VALUES ('1', 'dev', 'one-logical.yaml', '2026-11-26 02:15:42.608527', 1, 'EXECUTED', '9:cd421160432a8b56fb58f2d7e745dbea', 'sql', '', NULL, '4.29.2', NULL, NULL, '5659342334');
INSERT INTO public.shop_changes VALUES ('2', 'dev', 'db/changelog/sets/two.sql', '2026-11-26 02:15:42.686342', 2, 'EXECUTED', '9:d53d26c64b7f70bf3ddceabe182ae602', 'sql', '', NULL, '4.29.2', NULL, NULL, '5659342334');
INSERT INTO public.shop_changes VALUES ('3', 'dev', 'three.sql', '2026-11-26 02:15:42.73264', 3, 'EXECUTED', '9:1a887c2bd28efe9504f0a0689ff5d7e1', 'sql', '', NULL, '4.29.2', NULL, NULL, '5659342334');
INSERT INTO public.shop_changes VALUES ('9', 'dev', 'db/changelog/master.xml', '2026-11-26 02:15:42.773202', 4, 'EXECUTED', '9:f97fa7d27ed60cbb5477c276a6d2478e', 'sql', '', NULL, '4.29.2', NULL, NULL, '5659342334');
INSERT INTO public.shop_changes VALUES ('12', 'dev', 'db/changelog/master.xml', '2026-11-26 02:15:42.804537', 5, 'EXECUTED', '9:b95263436db5108875c50362a865bc58', 'sql', '', NULL, '4.29.2', '(prod and !test)', NULL, '5659342334');
INSERT INTO public.shop_changes_lock VALUES (1, false, NULL, NULL);
ALTER TABLE ONLY public.shop_changes_lock
    ADD CONSTRAINT shop_changes_lock_pkey PRIMARY KEY (id);
