create schema if not exists "ops";
CREATE TABLE ops.shop_history (
    id integer NOT NULL,
    hash text NOT NULL,
    created_at bigint
);
CREATE SEQUENCE ops.shop_history_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE ops.shop_history_id_seq OWNED BY ops.shop_history.id;
ALTER TABLE ONLY ops.shop_history ALTER COLUMN id SET DEFAULT nextval('ops.shop_history_id_seq'::regclass);
INSERT INTO ops.shop_history VALUES (1, '35899e0fbae58a7cb662d11284931ae9d9c920c0a4e2891238d1d02fdcd69bcf', 1767225600000);
INSERT INTO ops.shop_history VALUES (2, '4e3d473ad8c31e5977c143bb2475227e1ce782f25f55b9ef77a6d59b51d124bb', 1767225660000);
SELECT pg_catalog.setval('ops.shop_history_id_seq', 2, true);
ALTER TABLE ONLY ops.shop_history
    ADD CONSTRAINT shop_history_pkey PRIMARY KEY (id);
