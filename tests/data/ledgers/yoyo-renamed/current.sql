CREATE TABLE public.shop_steps (
    migration_hash character varying(64) NOT NULL,
    migration_id character varying(255),
    applied_at_utc timestamp without time zone
);
CREATE TABLE public.yoyo_lock (
    locked integer DEFAULT 1 NOT NULL,
    ctime timestamp without time zone,
    pid integer NOT NULL
);
INSERT INTO public.shop_steps VALUES ('7d7e2bbc2c01d67b1660ea9f7bd086119b582b66a62e217676537ffe6324965a', '0001.a', '2026-11-26 02:23:40.331841');
INSERT INTO public.shop_steps VALUES ('b55fceb8c7b99af067a210587d203899c9cfbf7316e5a40c3ea6f708f3780617', '0002.b', '2026-11-26 02:23:40.377429');
ALTER TABLE ONLY public.shop_steps
    ADD CONSTRAINT shop_steps_pkey PRIMARY KEY (migration_hash);
ALTER TABLE ONLY public.yoyo_lock
    ADD CONSTRAINT yoyo_lock_pkey PRIMARY KEY (locked);
