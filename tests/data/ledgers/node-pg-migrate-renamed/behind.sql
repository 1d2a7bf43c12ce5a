create schema if not exists "ops";
CREATE TABLE ops.shop_moves (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    run_on timestamp without time zone NOT NULL
);
CREATE SEQUENCE ops.shop_moves_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE ops.shop_moves_id_seq OWNED BY ops.shop_moves.id;
ALTER TABLE ONLY ops.shop_moves ALTER COLUMN id SET DEFAULT nextval('ops.shop_moves_id_seq'::regclass);
INSERT INTO ops.shop_moves VALUES (1, '1767225600001_t1', '2026-11-26 02:21:18.950989');
SELECT pg_catalog.setval('ops.shop_moves_id_seq', 1, true);
ALTER TABLE ONLY ops.shop_moves
    ADD CONSTRAINT shop_moves_pkey PRIMARY KEY (id);
