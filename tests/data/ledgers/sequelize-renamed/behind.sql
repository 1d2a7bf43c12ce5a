create schema if not exists "ops";
CREATE TABLE ops.shop_steps (
    name character varying(255) NOT NULL
);
INSERT INTO ops.shop_steps VALUES ('20260101090000-t1.js');
ALTER TABLE ONLY ops.shop_steps
    ADD CONSTRAINT shop_steps_pkey PRIMARY KEY (name);
