create schema if not exists "ops";
CREATE TABLE ops.shop_versions (
    version character varying NOT NULL
);
INSERT INTO ops.shop_versions VALUES ('20260101090000');
INSERT INTO ops.shop_versions VALUES ('20260102090000');
ALTER TABLE ONLY ops.shop_versions
    ADD CONSTRAINT shop_versions_pkey PRIMARY KEY (version);
