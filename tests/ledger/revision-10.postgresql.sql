CREATE TABLE public.approval (
    id integer NOT NULL,
    campaign text NOT NULL,
    version text NOT NULL,
    by text NOT NULL,
    at text NOT NULL
);
CREATE SEQUENCE public.approval_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.approval_id_seq OWNED BY public.approval.id;
CREATE TABLE public.attempt (
    id integer NOT NULL,
    sending integer NOT NULL,
    "position" integer NOT NULL,
    at text NOT NULL,
    state text NOT NULL,
    phase text NOT NULL,
    code integer,
    enhanced text NOT NULL,
    text text NOT NULL,
    server text NOT NULL
);
CREATE SEQUENCE public.attempt_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.attempt_id_seq OWNED BY public.attempt.id;
CREATE TABLE public.compiled (
    sending integer NOT NULL,
    number integer NOT NULL,
    version text NOT NULL,
    data bytea NOT NULL
);
CREATE TABLE public.content (
    sending integer NOT NULL,
    version text NOT NULL,
    manifest bytea NOT NULL,
    event text
);
CREATE TABLE public.feedback (
    id integer NOT NULL,
    message text NOT NULL,
    kind text NOT NULL,
    at text NOT NULL,
    read_at text NOT NULL,
    sending integer,
    "position" integer,
    key text DEFAULT ''::text NOT NULL,
    details text NOT NULL
);
CREATE SEQUENCE public.feedback_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.feedback_id_seq OWNED BY public.feedback.id;
CREATE TABLE public.pace (
    key text NOT NULL,
    free_at text NOT NULL,
    "interval" double precision NOT NULL
);
CREATE TABLE public.parts (
    sending integer NOT NULL,
    "position" integer NOT NULL,
    data bytea NOT NULL
);
CREATE TABLE public.preference (
    key text NOT NULL,
    left_segments text NOT NULL,
    language text NOT NULL,
    paused_until text,
    at text NOT NULL
);
CREATE TABLE public.recipient (
    sending integer NOT NULL,
    "position" integer NOT NULL,
    key text NOT NULL,
    email text NOT NULL,
    segment text NOT NULL,
    languages text NOT NULL,
    contact text NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    message_id text NOT NULL,
    code integer,
    enhanced text NOT NULL,
    text text NOT NULL,
    server text NOT NULL,
    updated_at text NOT NULL,
    mail integer DEFAULT 0 NOT NULL,
    date text,
    person text DEFAULT ''::text NOT NULL,
    CONSTRAINT a_reason_to_be_left_out CHECK (((state = 'left_out'::text) = (reason <> ''::text)))
);
CREATE TABLE public.resubscription (
    id integer NOT NULL,
    key text NOT NULL,
    was text NOT NULL,
    at text NOT NULL,
    note text NOT NULL
);
CREATE SEQUENCE public.resubscription_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.resubscription_id_seq OWNED BY public.resubscription.id;
CREATE TABLE public.schema_revision (
    number integer NOT NULL
);
CREATE TABLE public.sending (
    id integer NOT NULL,
    campaign text NOT NULL,
    delivery text NOT NULL,
    version text NOT NULL,
    started_at text NOT NULL,
    confirmed integer,
    sequence integer NOT NULL,
    dtstamp text NOT NULL,
    lists text DEFAULT ''::text NOT NULL,
    host text DEFAULT ''::text NOT NULL,
    purpose text DEFAULT 'campaign'::text NOT NULL,
    number integer DEFAULT 0 NOT NULL
);
CREATE SEQUENCE public.sending_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.sending_id_seq OWNED BY public.sending.id;
CREATE TABLE public.stretch (
    sending integer NOT NULL,
    name text NOT NULL,
    data bytea NOT NULL
);
CREATE TABLE public.subscription (
    id integer NOT NULL,
    token text NOT NULL,
    person text NOT NULL,
    segment text NOT NULL,
    language text NOT NULL,
    consent text NOT NULL,
    words text NOT NULL,
    asked_at text NOT NULL,
    network text NOT NULL,
    address text NOT NULL,
    fields text NOT NULL,
    confirmed_at text,
    sending integer
);
CREATE SEQUENCE public.subscription_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.subscription_id_seq OWNED BY public.subscription.id;
CREATE TABLE public.suppression (
    key text NOT NULL,
    reason text NOT NULL,
    at text NOT NULL,
    source text NOT NULL
);
CREATE TABLE public.tested (
    id integer NOT NULL,
    campaign text NOT NULL,
    version text NOT NULL,
    at text NOT NULL,
    "to" text NOT NULL,
    "real" boolean NOT NULL
);
CREATE SEQUENCE public.tested_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.tested_id_seq OWNED BY public.tested.id;
CREATE TABLE public.web_version (
    sending integer NOT NULL,
    version text NOT NULL,
    segment text NOT NULL,
    languages text NOT NULL,
    title text NOT NULL,
    mail integer NOT NULL,
    parts bytea NOT NULL
);
ALTER TABLE ONLY public.approval ALTER COLUMN id SET DEFAULT nextval('public.approval_id_seq'::regclass);
ALTER TABLE ONLY public.attempt ALTER COLUMN id SET DEFAULT nextval('public.attempt_id_seq'::regclass);
ALTER TABLE ONLY public.feedback ALTER COLUMN id SET DEFAULT nextval('public.feedback_id_seq'::regclass);
ALTER TABLE ONLY public.resubscription ALTER COLUMN id SET DEFAULT nextval('public.resubscription_id_seq'::regclass);
ALTER TABLE ONLY public.sending ALTER COLUMN id SET DEFAULT nextval('public.sending_id_seq'::regclass);
ALTER TABLE ONLY public.subscription ALTER COLUMN id SET DEFAULT nextval('public.subscription_id_seq'::regclass);
ALTER TABLE ONLY public.tested ALTER COLUMN id SET DEFAULT nextval('public.tested_id_seq'::regclass);
INSERT INTO public.approval VALUES (1, 'einladung', '7b1e-4d2a', 'Ada Müller', '2020-09-21T09:00:00Z');
INSERT INTO public.attempt VALUES (1, 1, 1, '2020-09-21T09:00:00Z', 'accepted', 'write', NULL, '', '', '');
INSERT INTO public.attempt VALUES (2, 1, 2, '2020-09-21T09:00:00Z', 'accepted', 'write', NULL, '', '', '');
INSERT INTO public.attempt VALUES (3, 1, 3, '2020-09-21T09:00:00Z', 'accepted', 'write', NULL, '', '', '');
INSERT INTO public.attempt VALUES (4, 2, 1, '2020-09-21T09:00:00Z', 'accepted', 'end', 250, '2.0.0', 'queued as 4F1', 'mail.test:587');
INSERT INTO public.attempt VALUES (5, 2, 2, '2020-09-21T09:00:00Z', 'refused', 'rcpt', 550, '5.1.1', 'no such user: 100% „wrong“', 'mail.test:587');
INSERT INTO public.attempt VALUES (6, 2, 3, '2020-09-21T09:00:00Z', 'deferred', 'rcpt', 450, '4.2.0', 'greylisted', 'mail.test:587');
INSERT INTO public.attempt VALUES (7, 2, 4, '2020-09-21T09:00:00Z', 'in_doubt', 'end', NULL, '', 'lost', 'mail.test:587');
INSERT INTO public.parts VALUES (2, 10, '\x4b696d00');
INSERT INTO public.preference VALUES ('person:1', 'Germany', 'de', NULL, '2020-09-21T09:00:00Z');
INSERT INTO public.recipient VALUES (1, 1, 'person1@x.example', 'Person1@x.example', 'german', 'de en', '{"last_name":"Müller 1","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"1"}}', 'accepted', '', '<1@cities.example>', NULL, '', '', '', '2020-09-21T09:00:00Z', 0, NULL, '');
INSERT INTO public.recipient VALUES (1, 2, 'person2@x.example', 'Person2@x.example', 'german', 'de en', '{"last_name":"Müller 2","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"2"}}', 'accepted', '', '<2@cities.example>', NULL, '', '', '', '2020-09-21T09:00:00Z', 0, NULL, '');
INSERT INTO public.recipient VALUES (1, 3, 'person3@x.example', 'Person3@x.example', 'german', 'de en', '{"last_name":"Müller 3","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"3"}}', 'accepted', '', '<3@cities.example>', NULL, '', '', '', '2020-09-21T09:00:00Z', 0, NULL, '');
INSERT INTO public.recipient VALUES (2, 7, 'person7@x.example', 'Person7@x.example', 'german', 'de en', '{"last_name":"Müller 7","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"7"}}', 'queued', '', '<7@cities.example>', NULL, '', '', '', '2020-09-21T09:00:00Z', 0, NULL, '');
INSERT INTO public.recipient VALUES (2, 8, 'person8@x.example', 'Person8@x.example', 'international', 'en', '{"last_name":"Müller 8","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"8"}}', 'queued', '', '<8@cities.example>', NULL, '', '', '', '2020-09-21T09:00:00Z', 0, NULL, '');
INSERT INTO public.recipient VALUES (2, 9, 'person9@x.example', 'Person9@x.example', 'international', 'en', '{"last_name":"Müller 9","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"9"}}', 'queued', '', '<9@cities.example>', NULL, '', '', '', '2020-09-21T09:00:00Z', 0, NULL, '');
INSERT INTO public.recipient VALUES (2, 6, 'person6@x.example', 'Person6@x.example', 'german', 'de en', '{"last_name":"Müller 6","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"6"}}', 'claimed', '', '<6@cities.example>', NULL, '', '', '', '2020-09-21T09:00:00Z', 0, NULL, '');
INSERT INTO public.recipient VALUES (2, 1, 'person1@x.example', 'Person1@x.example', 'german', 'de en', '{"last_name":"Müller 1","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"1"}}', 'accepted', '', '<1@cities.example>', 250, '2.0.0', 'queued as 4F1', 'mail.test:587', '2020-09-21T09:00:00Z', 0, NULL, '');
INSERT INTO public.recipient VALUES (2, 2, 'person2@x.example', 'Person2@x.example', 'german', 'de en', '{"last_name":"Müller 2","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"2"}}', 'refused', '', '<2@cities.example>', 550, '5.1.1', 'no such user: 100% „wrong“', 'mail.test:587', '2020-09-21T09:00:00Z', 0, NULL, '');
INSERT INTO public.recipient VALUES (2, 3, 'person3@x.example', 'Person3@x.example', 'german', 'de en', '{"last_name":"Müller 3","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"3"}}', 'deferred', '', '<3@cities.example>', 450, '4.2.0', 'greylisted', 'mail.test:587', '2020-09-21T09:00:00Z', 0, NULL, '');
INSERT INTO public.recipient VALUES (2, 5, 'person5@x.example', 'Person5@x.example', 'german', 'de en', '{"last_name":"Müller 5","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"5"}}', 'in_flight', '', '<5@cities.example>', NULL, '', '', '', '2020-09-21T09:00:00Z', 0, NULL, '');
INSERT INTO public.recipient VALUES (2, 4, 'person4@x.example', 'Person4@x.example', 'german', 'de en', '{"last_name":"Müller 4","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"4"}}', 'in_doubt', '', '<4@cities.example>', NULL, '', 'lost', 'mail.test:587', '2020-09-21T09:00:00Z', 0, NULL, '');
INSERT INTO public.recipient VALUES (3, 1, 'person1@x.example', 'Person1@x.example', 'german', 'de en', '{"last_name":"Müller 1","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"1"}}', 'queued', '', '<1@cities.example>', NULL, '', '', '', '2020-09-21T09:00:00Z', 0, NULL, '');
INSERT INTO public.recipient VALUES (4, 1, 'person1@x.example', 'Person1@x.example', 'german', 'de en', '{"last_name":"Müller 1","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"1"}}', 'queued', '', '<1@cities.example>', NULL, '', '', '', '2020-09-21T09:00:00Z', 0, NULL, '');
INSERT INTO public.recipient VALUES (2, 10, 'person1@x.example', 'Person1@x.example', 'international', 'en', '{"last_name":"Müller 1","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"1"}}', 'left_out', 'other segment', '<1@cities.example>', NULL, '', '', '', '2020-09-21T09:00:00Z', 0, NULL, '');
INSERT INTO public.resubscription VALUES (1, '7b1e@stadt-ulm.example', 'unsubscribed', '2020-09-21T09:00:00Z', 'asked by telephone');
INSERT INTO public.schema_revision VALUES (10);
INSERT INTO public.sending VALUES (1, '2020-10-digitalisierung', 'outbox', '7f3a-91c2', '2020-09-21T09:00:00Z', 3, 0, '2020-09-21T09:00:00Z', '', '', 'campaign', 0);
INSERT INTO public.sending VALUES (2, '2020-10-digitalisierung', 'smtp', '7f3a-91c2', '2020-09-21T09:00:00Z', 9, 0, '2020-09-21T09:00:00Z', '', '', 'campaign', 0);
INSERT INTO public.sending VALUES (3, '2020-11-stadtgruen', 'smtp', 'aaaa-bbbb', '2020-09-21T09:00:00Z', 1, 0, '2020-09-21T09:00:00Z', '', '', 'campaign', 0);
INSERT INTO public.sending VALUES (4, '2020-10-digitalisierung', 'smtp', '7f3a-91c3', '2020-09-21T09:00:00Z', 1, 1, '2020-09-21T09:00:00Z', '', '', 'update', 1);
INSERT INTO public.subscription VALUES (1, 'token', 'person:1', 'Germany', 'de', 'v1', 'Ja, ich will', '2020-09-21T09:00:00Z', 'net', '', '{}', '2020-09-21T09:05:00Z', NULL);
INSERT INTO public.suppression VALUES ('person9@x.example', 'unsubscribed', '2020-09-21T09:00:00Z', 'recipients/unsubscribed.csv');
INSERT INTO public.suppression VALUES ('gone@x.example', 'bounced', '2020-09-21T09:00:00Z', '<1@cities.example>');
INSERT INTO public.tested VALUES (1, '2020-10-digitalisierung', '7f3a-91c2', '2020-09-21T09:00:00Z', 'kim@x.example press@x.example', true);
INSERT INTO public.tested VALUES (2, '2020-10-digitalisierung', '7f3a-91c3', '2020-09-21T09:00:00Z', 'kim@x.example', false);
INSERT INTO public.web_version VALUES (2, '7b1e-4d2a', 'Germany', 'de', 'Einladung', 1, '\x00');
SELECT pg_catalog.setval('public.approval_id_seq', 1, true);
SELECT pg_catalog.setval('public.attempt_id_seq', 7, true);
SELECT pg_catalog.setval('public.feedback_id_seq', 1, false);
SELECT pg_catalog.setval('public.resubscription_id_seq', 1, true);
SELECT pg_catalog.setval('public.sending_id_seq', 4, true);
SELECT pg_catalog.setval('public.subscription_id_seq', 1, false);
SELECT pg_catalog.setval('public.tested_id_seq', 2, true);
ALTER TABLE ONLY public.approval
    ADD CONSTRAINT approval_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.compiled
    ADD CONSTRAINT compiled_pkey PRIMARY KEY (sending, number);
ALTER TABLE ONLY public.content
    ADD CONSTRAINT content_pkey PRIMARY KEY (sending, version);
ALTER TABLE ONLY public.feedback
    ADD CONSTRAINT feedback_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pace
    ADD CONSTRAINT pace_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.parts
    ADD CONSTRAINT parts_pkey PRIMARY KEY (sending, "position");
ALTER TABLE ONLY public.preference
    ADD CONSTRAINT preference_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.recipient
    ADD CONSTRAINT recipient_pkey PRIMARY KEY (sending, "position");
ALTER TABLE ONLY public.resubscription
    ADD CONSTRAINT resubscription_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sending
    ADD CONSTRAINT sending_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.stretch
    ADD CONSTRAINT stretch_pkey PRIMARY KEY (sending, name);
ALTER TABLE ONLY public.subscription
    ADD CONSTRAINT subscription_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.suppression
    ADD CONSTRAINT suppression_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.tested
    ADD CONSTRAINT tested_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.web_version
    ADD CONSTRAINT web_version_pkey PRIMARY KEY (sending, version, segment, languages);
CREATE INDEX approvals_of_a_version ON public.approval USING btree (campaign, version);
CREATE INDEX feedback_of_a_message ON public.feedback USING btree (message);
CREATE INDEX feedback_of_a_recipient ON public.feedback USING btree (sending, "position");
CREATE UNIQUE INDEX one_real_sending ON public.sending USING btree (campaign, number) WHERE (delivery = 'smtp'::text);
CREATE UNIQUE INDEX one_row_a_person ON public.recipient USING btree (sending, key) WHERE (reason = ''::text);
CREATE INDEX queue ON public.recipient USING btree (sending, "position") WHERE (state = 'queued'::text);
CREATE UNIQUE INDEX subscription_of_a_token ON public.subscription USING btree (token);
CREATE INDEX subscriptions_in_time ON public.subscription USING btree (asked_at);
CREATE INDEX subscriptions_of_a_person ON public.subscription USING btree (person);
CREATE INDEX tests_of_a_version ON public.tested USING btree (campaign, version);
ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_sending_fkey FOREIGN KEY (sending) REFERENCES public.sending(id);
ALTER TABLE ONLY public.compiled
    ADD CONSTRAINT compiled_sending_fkey FOREIGN KEY (sending) REFERENCES public.sending(id);
ALTER TABLE ONLY public.content
    ADD CONSTRAINT content_sending_fkey FOREIGN KEY (sending) REFERENCES public.sending(id);
ALTER TABLE ONLY public.feedback
    ADD CONSTRAINT feedback_sending_fkey FOREIGN KEY (sending) REFERENCES public.sending(id);
ALTER TABLE ONLY public.parts
    ADD CONSTRAINT parts_of FOREIGN KEY (sending, "position") REFERENCES public.recipient(sending, "position") ON DELETE CASCADE;
ALTER TABLE ONLY public.recipient
    ADD CONSTRAINT recipient_sending_fkey FOREIGN KEY (sending) REFERENCES public.sending(id);
ALTER TABLE ONLY public.stretch
    ADD CONSTRAINT stretch_sending_fkey FOREIGN KEY (sending) REFERENCES public.sending(id);
ALTER TABLE ONLY public.subscription
    ADD CONSTRAINT subscription_sending_fkey FOREIGN KEY (sending) REFERENCES public.sending(id);
ALTER TABLE ONLY public.web_version
    ADD CONSTRAINT web_version_sending_fkey FOREIGN KEY (sending) REFERENCES public.sending(id);
