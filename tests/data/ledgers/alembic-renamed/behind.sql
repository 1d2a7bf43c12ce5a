create schema if not exists "ops";
CREATE TABLE ops.shop_version (
    version_num character varying(32) NOT NULL
);
INSERT INTO ops.shop_version VALUES ('aa1');
ALTER TABLE ONLY ops.shop_version
    ADD CONSTRAINT shop_version_pkc PRIMARY KEY (version_num);
