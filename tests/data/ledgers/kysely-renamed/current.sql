create schema if not exists "ops";
CREATE TABLE ops.shop_kysely (
    name character varying(255) NOT NULL,
    "timestamp" character varying(255) NOT NULL
);
INSERT INTO ops.shop_kysely VALUES ('20260101090000_t1', '2026-11-26T02:21:23.742Z');
INSERT INTO ops.shop_kysely VALUES ('20260102090000_t2', '2026-11-26T02:21:23.770Z');
ALTER TABLE ONLY ops.shop_kysely
    ADD CONSTRAINT shop_kysely_pkey PRIMARY KEY (name);
