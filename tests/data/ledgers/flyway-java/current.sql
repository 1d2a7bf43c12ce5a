create schema if not exists "ops";
CREATE TABLE ops.shop_history (
    installed_rank integer NOT NULL,
    version character varying(50),
    description character varying(200) NOT NULL,
    type character varying(20) NOT NULL,
    script character varying(1000) NOT NULL,
    checksum integer,
    installed_by character varying(100) NOT NULL,
    installed_on timestamp without time zone DEFAULT now() NOT NULL,
    execution_time integer NOT NULL,
    success boolean NOT NULL
);
INSERT INTO ops.shop_history VALUES (0, NULL, '<< Flyway Schema Creation >>', 'SCHEMA', '"ops"', NULL, 'postgres', '2026-11-26 02:24:01.941163', 0, true);
INSERT INTO ops.shop_history VALUES (1, '1.0', 'a', 'SQL', 'V1.0__a.sql', -897341557, 'postgres', '2026-11-26 02:24:02.306701', 68, true);
INSERT INTO ops.shop_history VALUES (2, '1.2', 'owner', 'SQL', 'V1.2__owner.sql', 1558973813, 'postgres', '2026-11-26 02:24:02.642667', 72, true);
INSERT INTO ops.shop_history VALUES (3, '2', 'Java step', 'JDBC', 'db.migration.V2__Java_step', NULL, 'postgres', '2026-11-26 02:24:02.842971', 40, true);
INSERT INTO ops.shop_history VALUES (4, NULL, 'views', 'SQL', 'views/R__views.sql', 2106416379, 'postgres', '2026-11-26 02:24:02.922691', 63, true);
ALTER TABLE ONLY ops.shop_history
    ADD CONSTRAINT shop_history_pk PRIMARY KEY (installed_rank);
CREATE INDEX shop_history_s_idx ON ops.shop_history USING btree (success);
