CREATE TABLE public.shop_migrations (
    id integer NOT NULL,
    "timestamp" bigint NOT NULL,
    name character varying NOT NULL
);
CREATE SEQUENCE public.shop_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.shop_migrations_id_seq OWNED BY public.shop_migrations.id;
ALTER TABLE ONLY public.shop_migrations ALTER COLUMN id SET DEFAULT nextval('public.shop_migrations_id_seq'::regclass);
INSERT INTO public.shop_migrations VALUES (1, 1767225600001, 'T1p1767225600001');
INSERT INTO public.shop_migrations VALUES (2, 1767225600002, 'T2p1767225600002');
SELECT pg_catalog.setval('public.shop_migrations_id_seq', 2, true);
ALTER TABLE ONLY public.shop_migrations
    ADD CONSTRAINT "PK_ca6a1a4f90cc9dee011160de626" PRIMARY KEY (id);
