create schema if not exists "ops";
create schema if not exists "ops";
CREATE TABLE ops.shop_changes (
    id integer NOT NULL,
    name character varying(255),
    batch integer,
    migration_time timestamp with time zone
);
CREATE SEQUENCE ops.shop_changes_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE ops.shop_changes_id_seq OWNED BY ops.shop_changes.id;
CREATE TABLE ops.shop_changes_lock (
    index integer NOT NULL,
    is_locked integer
);
CREATE SEQUENCE ops.shop_changes_lock_index_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE ops.shop_changes_lock_index_seq OWNED BY ops.shop_changes_lock.index;
ALTER TABLE ONLY ops.shop_changes ALTER COLUMN id SET DEFAULT nextval('ops.shop_changes_id_seq'::regclass);
ALTER TABLE ONLY ops.shop_changes_lock ALTER COLUMN index SET DEFAULT nextval('ops.shop_changes_lock_index_seq'::regclass);
INSERT INTO ops.shop_changes VALUES (1, '20260101090000_t1.js', 1, '2026-11-26 02:21:04.081+00');
INSERT INTO ops.shop_changes_lock VALUES (1, 0);
SELECT pg_catalog.setval('ops.shop_changes_id_seq', 1, true);
SELECT pg_catalog.setval('ops.shop_changes_lock_index_seq', 1, true);
ALTER TABLE ONLY ops.shop_changes_lock
    ADD CONSTRAINT shop_changes_lock_pkey PRIMARY KEY (index);
ALTER TABLE ONLY ops.shop_changes
    ADD CONSTRAINT shop_changes_pkey PRIMARY KEY (id);
