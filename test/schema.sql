CREATE TABLE access_log (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  at timestamp with time zone NOT NULL,
  staff bigint NOT NULL,
  what text NOT NULL,
  report bigint,
  CONSTRAINT access_log_pkey PRIMARY KEY (id),
  CONSTRAINT access_log_report_fkey FOREIGN KEY (report) REFERENCES report(id),
  CONSTRAINT access_log_staff_fkey FOREIGN KEY (staff) REFERENCES staff(id)
);

CREATE TABLE address (
  channel text NOT NULL,
  chat text NOT NULL,
  citizen bigint NOT NULL,
  reachable boolean DEFAULT true NOT NULL,
  last_inbound_at timestamp with time zone NOT NULL,
  CONSTRAINT address_pkey PRIMARY KEY (channel, chat),
  CONSTRAINT address_citizen_fkey FOREIGN KEY (citizen) REFERENCES citizen(id)
);

CREATE TABLE attachment (
  id text NOT NULL,
  channel text NOT NULL,
  chat text NOT NULL,
  report bigint,
  kind text NOT NULL,
  ref jsonb NOT NULL,
  status text DEFAULT 'waiting'::text NOT NULL,
  why text,
  media_key text,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT attachment_pkey PRIMARY KEY (id),
  CONSTRAINT attachment_check CHECK (((status = 'stored'::text) = (media_key IS NOT NULL))),
  CONSTRAINT attachment_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'stored'::text, 'failed'::text]))),
  CONSTRAINT attachment_report_fkey FOREIGN KEY (report) REFERENCES report(id)
);

CREATE TABLE call_task (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  report bigint,
  citizen bigint,
  phone text NOT NULL,
  reason text NOT NULL,
  say jsonb NOT NULL,
  status text DEFAULT 'open'::text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  due_at timestamp with time zone NOT NULL,
  tries integer DEFAULT 0 NOT NULL,
  outcome text,
  done_at timestamp with time zone,
  done_by bigint,
  CONSTRAINT call_task_pkey PRIMARY KEY (id),
  CONSTRAINT call_task_check CHECK (((outcome IS NULL) OR (status = 'done'::text))),
  CONSTRAINT call_task_outcome_check CHECK ((outcome = ANY (ARRAY['told'::text, 'nobody'::text, 'wrong_number'::text]))),
  CONSTRAINT call_task_reason_check CHECK ((reason = ANY (ARRAY['question'::text, 'delay'::text, 'end'::text, 'call_back'::text]))),
  CONSTRAINT call_task_status_check CHECK ((status = ANY (ARRAY['open'::text, 'done'::text, 'replaced'::text]))),
  CONSTRAINT call_task_citizen_fkey FOREIGN KEY (citizen) REFERENCES citizen(id),
  CONSTRAINT call_task_done_by_fkey FOREIGN KEY (done_by) REFERENCES staff(id),
  CONSTRAINT call_task_report_fkey FOREIGN KEY (report) REFERENCES report(id)
);

CREATE TABLE category (
  code text NOT NULL,
  group_code text NOT NULL,
  name jsonb NOT NULL,
  office text NOT NULL,
  target_days integer NOT NULL,
  sensitive boolean NOT NULL,
  active boolean DEFAULT true NOT NULL,
  CONSTRAINT category_pkey PRIMARY KEY (code),
  CONSTRAINT category_target_days_check CHECK ((target_days > 0)),
  CONSTRAINT category_office_fkey FOREIGN KEY (office) REFERENCES office(code)
);

CREATE TABLE citizen (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  locale text NOT NULL,
  name text,
  phone text,
  phone_asked_at timestamp with time zone,
  notice_version text,
  notice_at timestamp with time zone,
  created_at timestamp with time zone NOT NULL,
  joined_into bigint,
  CONSTRAINT citizen_pkey PRIMARY KEY (id),
  CONSTRAINT citizen_joined_into_fkey FOREIGN KEY (joined_into) REFERENCES citizen(id)
);

CREATE TABLE citizen_join (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  keep bigint NOT NULL,
  other bigint NOT NULL,
  joined_by text NOT NULL,
  at timestamp with time zone NOT NULL,
  moved jsonb NOT NULL,
  undone_at timestamp with time zone,
  CONSTRAINT citizen_join_pkey PRIMARY KEY (id),
  CONSTRAINT citizen_join_check CHECK ((keep <> other)),
  CONSTRAINT citizen_join_joined_by_check CHECK ((joined_by = ANY (ARRAY['citizen'::text, 'network'::text]))),
  CONSTRAINT citizen_join_keep_fkey FOREIGN KEY (keep) REFERENCES citizen(id),
  CONSTRAINT citizen_join_other_fkey FOREIGN KEY (other) REFERENCES citizen(id)
);

CREATE TABLE citizen_link (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  code_hash text NOT NULL,
  given_channel text NOT NULL,
  given_chat text NOT NULL,
  given_yes boolean DEFAULT false NOT NULL,
  typed_channel text,
  typed_chat text,
  typed_yes boolean DEFAULT false NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  ended text,
  CONSTRAINT citizen_link_pkey PRIMARY KEY (id),
  CONSTRAINT citizen_link_code_hash_key UNIQUE (code_hash),
  CONSTRAINT citizen_link_check CHECK (((typed_channel IS NULL) = (typed_chat IS NULL))),
  CONSTRAINT citizen_link_ended_check CHECK ((ended = ANY (ARRAY['joined'::text, 'refused'::text, 'replaced'::text, 'expired'::text])))
);

CREATE TABLE digest_run (
  staff bigint NOT NULL,
  local_date date NOT NULL,
  at timestamp with time zone NOT NULL,
  CONSTRAINT digest_run_pkey PRIMARY KEY (staff, local_date),
  CONSTRAINT digest_run_staff_fkey FOREIGN KEY (staff) REFERENCES staff(id)
);

CREATE TABLE follower (
  report bigint NOT NULL,
  citizen bigint NOT NULL,
  joined_at timestamp with time zone NOT NULL,
  CONSTRAINT follower_pkey PRIMARY KEY (report, citizen),
  CONSTRAINT follower_citizen_fkey FOREIGN KEY (citizen) REFERENCES citizen(id),
  CONSTRAINT follower_report_fkey FOREIGN KEY (report) REFERENCES report(id)
);

CREATE TABLE inbox (
  channel text NOT NULL,
  id text NOT NULL,
  received_at timestamp with time zone DEFAULT now() NOT NULL,
  status text DEFAULT 'done'::text NOT NULL,
  event jsonb,
  error text,
  CONSTRAINT inbox_pkey PRIMARY KEY (channel, id),
  CONSTRAINT inbox_status_check CHECK ((status = ANY (ARRAY['done'::text, 'dropped'::text, 'set_aside'::text])))
);

CREATE TABLE invite (
  token_hash text NOT NULL,
  role text NOT NULL,
  front_desk boolean NOT NULL,
  offices text[] NOT NULL,
  created_at timestamp with time zone NOT NULL,
  created_by bigint,
  expires_at timestamp with time zone NOT NULL,
  used_at timestamp with time zone,
  used_by bigint,
  CONSTRAINT invite_pkey PRIMARY KEY (token_hash),
  CONSTRAINT invite_role_check CHECK ((role = ANY (ARRAY['operator'::text, 'supervisor'::text, 'observer'::text]))),
  CONSTRAINT invite_created_by_fkey FOREIGN KEY (created_by) REFERENCES staff(id),
  CONSTRAINT invite_used_by_fkey FOREIGN KEY (used_by) REFERENCES staff(id)
);

CREATE TABLE link_try (
  channel text NOT NULL,
  chat text NOT NULL,
  at timestamp with time zone NOT NULL
);

CREATE TABLE office (
  code text NOT NULL,
  name jsonb NOT NULL,
  active boolean DEFAULT true NOT NULL,
  CONSTRAINT office_pkey PRIMARY KEY (code)
);

CREATE TABLE outbox (
  channel text NOT NULL,
  chat text NOT NULL,
  seq bigint NOT NULL,
  message jsonb NOT NULL /* STATISTICS 0 */,
  locale text NOT NULL,
  tag text,
  about bigint,
  matters text,
  status text DEFAULT 'waiting'::text NOT NULL,
  parts integer DEFAULT 0 NOT NULL,
  ext_ids text[] DEFAULT '{}'::text[] NOT NULL,
  why text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  settled_at timestamp with time zone,
  CONSTRAINT outbox_pkey PRIMARY KEY (channel, chat, seq),
  CONSTRAINT outbox_matters_check CHECK ((matters = ANY (ARRAY['question'::text, 'delay'::text, 'end'::text]))),
  CONSTRAINT outbox_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'sent'::text, 'refused'::text])))
);

CREATE TABLE outbox_head (
  channel text NOT NULL,
  chat text NOT NULL,
  last_seq bigint DEFAULT 0 NOT NULL,
  done_seq bigint DEFAULT 0 NOT NULL,
  token uuid,
  owner integer,
  lease_until timestamp with time zone,
  next_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT outbox_head_pkey PRIMARY KEY (channel, chat),
  CONSTRAINT outbox_head_check CHECK ((done_seq <= last_seq))
);

CREATE TABLE receipt (
  channel text NOT NULL,
  chat text NOT NULL,
  message text NOT NULL,
  status text NOT NULL,
  at timestamp with time zone NOT NULL,
  why text,
  CONSTRAINT receipt_pkey PRIMARY KEY (channel, chat, message),
  CONSTRAINT receipt_check CHECK (((why IS NULL) OR (status = 'refused'::text))),
  CONSTRAINT receipt_status_check CHECK ((status = ANY (ARRAY['refused'::text, 'delivered'::text, 'read'::text])))
);

CREATE TABLE report (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  status text NOT NULL,
  came_from text,
  category text NOT NULL,
  office text NOT NULL,
  place_line text NOT NULL,
  street text,
  house_number text,
  lat double precision,
  lon double precision,
  title text NOT NULL,
  reporter bigint,
  urgent boolean DEFAULT false NOT NULL,
  source text NOT NULL,
  submitted_at timestamp with time zone NOT NULL,
  office_since timestamp with time zone NOT NULL,
  claim_due_at timestamp with time zone NOT NULL,
  claimed_by bigint,
  claimed_at timestamp with time zone,
  closed_at timestamp with time zone,
  outcome text,
  reopened_times integer DEFAULT 0 NOT NULL,
  CONSTRAINT report_pkey PRIMARY KEY (id),
  CONSTRAINT report_check CHECK (((lat IS NULL) = (lon IS NULL))),
  CONSTRAINT report_check1 CHECK (((status = 'closed'::text) = (outcome IS NOT NULL))),
  CONSTRAINT report_outcome_check CHECK ((outcome = ANY (ARRAY['resolved'::text, 'answered'::text, 'not_feasible'::text, 'not_competent'::text, 'duplicate'::text, 'not_found'::text]))),
  CONSTRAINT report_status_check CHECK ((status = ANY (ARRAY['submitted'::text, 'acknowledged'::text, 'in_progress'::text, 'scheduled'::text, 'awaiting_citizen'::text, 'referred'::text, 'closed'::text, 'reopened'::text, 'withdrawn'::text]))),
  CONSTRAINT report_category_fkey FOREIGN KEY (category) REFERENCES category(code),
  CONSTRAINT report_claimed_by_fkey FOREIGN KEY (claimed_by) REFERENCES staff(id),
  CONSTRAINT report_office_fkey FOREIGN KEY (office) REFERENCES office(code),
  CONSTRAINT report_reporter_fkey FOREIGN KEY (reporter) REFERENCES citizen(id)
);

CREATE TABLE report_event (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  report bigint NOT NULL,
  at timestamp with time zone NOT NULL,
  action text NOT NULL,
  party text NOT NULL,
  staff bigint,
  from_status text,
  to_status text,
  details jsonb DEFAULT '{}'::jsonb NOT NULL,
  CONSTRAINT report_event_pkey PRIMARY KEY (id),
  CONSTRAINT report_event_party_check CHECK ((party = ANY (ARRAY['operator'::text, 'supervisor'::text, 'reporter'::text, 'clock'::text, 'network'::text]))),
  CONSTRAINT report_event_report_fkey FOREIGN KEY (report) REFERENCES report(id),
  CONSTRAINT report_event_staff_fkey FOREIGN KEY (staff) REFERENCES staff(id)
);

CREATE TABLE report_text (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  report bigint NOT NULL,
  event bigint NOT NULL,
  kind text NOT NULL,
  body text,
  removed_at timestamp with time zone,
  removed_by bigint,
  CONSTRAINT report_text_pkey PRIMARY KEY (id),
  CONSTRAINT report_text_check CHECK (((body IS NULL) = (removed_at IS NOT NULL))),
  CONSTRAINT report_text_kind_check CHECK ((kind = ANY (ARRAY['description'::text, 'addition'::text, 'reply'::text, 'note'::text, 'closing'::text]))),
  CONSTRAINT report_text_event_fkey FOREIGN KEY (event) REFERENCES report_event(id),
  CONSTRAINT report_text_removed_by_fkey FOREIGN KEY (removed_by) REFERENCES staff(id),
  CONSTRAINT report_text_report_fkey FOREIGN KEY (report) REFERENCES report(id)
);

CREATE TABLE session (
  channel text NOT NULL,
  chat text NOT NULL,
  state jsonb,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT session_pkey PRIMARY KEY (channel, chat)
) WITH (fillfactor=50);

CREATE TABLE setting (
  key text NOT NULL,
  value jsonb NOT NULL,
  CONSTRAINT setting_pkey PRIMARY KEY (key)
);

CREATE TABLE staff (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  name text NOT NULL,
  role text NOT NULL,
  front_desk boolean NOT NULL,
  locale text NOT NULL,
  channel text NOT NULL,
  actor text NOT NULL,
  chat text NOT NULL,
  joined_at timestamp with time zone NOT NULL,
  removed_at timestamp with time zone,
  CONSTRAINT staff_pkey PRIMARY KEY (id),
  CONSTRAINT staff_role_check CHECK ((role = ANY (ARRAY['operator'::text, 'supervisor'::text, 'observer'::text])))
);

CREATE TABLE staff_office (
  staff bigint NOT NULL,
  office text NOT NULL,
  CONSTRAINT staff_office_pkey PRIMARY KEY (staff, office),
  CONSTRAINT staff_office_office_fkey FOREIGN KEY (office) REFERENCES office(code),
  CONSTRAINT staff_office_staff_fkey FOREIGN KEY (staff) REFERENCES staff(id) ON DELETE CASCADE
);

CREATE TABLE timer (
  kind text NOT NULL,
  key text NOT NULL,
  due_at timestamp with time zone NOT NULL,
  payload jsonb DEFAULT '{}'::jsonb NOT NULL,
  attempts integer DEFAULT 0 NOT NULL,
  CONSTRAINT timer_pkey PRIMARY KEY (kind, key)
);

CREATE TABLE whatsapp_alias (
  id text NOT NULL,
  chat text NOT NULL,
  CONSTRAINT whatsapp_alias_pkey PRIMARY KEY (id)
);

CREATE TABLE whatsapp_cloud_id (
  id text NOT NULL,
  chat text NOT NULL,
  seen_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT whatsapp_cloud_id_pkey PRIMARY KEY (id)
);

CREATE TABLE whatsapp_inbound (
  seq bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  envelope jsonb NOT NULL,
  body bytea NOT NULL,
  CONSTRAINT whatsapp_inbound_pkey PRIMARY KEY (seq)
);

CREATE TABLE whatsapp_key (
  kind text NOT NULL,
  id text NOT NULL,
  value jsonb NOT NULL,
  CONSTRAINT whatsapp_key_pkey PRIMARY KEY (kind, id)
);

CREATE TABLE whatsapp_link (
  channel text NOT NULL,
  term bigint DEFAULT 0 NOT NULL,
  state text DEFAULT 'unlinked'::text NOT NULL,
  why text,
  since timestamp with time zone,
  told boolean DEFAULT false NOT NULL,
  code_asked_at timestamp with time zone,
  code_asked_by bigint,
  CONSTRAINT whatsapp_link_pkey PRIMARY KEY (channel),
  CONSTRAINT whatsapp_link_state_check CHECK ((state = ANY (ARRAY['open'::text, 'down'::text, 'unlinked'::text, 'stopped'::text]))),
  CONSTRAINT whatsapp_link_code_asked_by_fkey FOREIGN KEY (code_asked_by) REFERENCES staff(id)
);

CREATE TABLE worker (
  id text NOT NULL,
  owner integer NOT NULL,
  CONSTRAINT worker_pkey PRIMARY KEY (id)
);

CREATE INDEX access_log_by_report ON public.access_log USING btree (report, at);

CREATE INDEX address_by_citizen ON public.address USING btree (citizen);

CREATE INDEX attachment_by_media ON public.attachment USING btree (media_key);

CREATE INDEX attachment_by_report ON public.attachment USING btree (report, id);

CREATE UNIQUE INDEX call_task_one_open_call_back ON public.call_task USING btree (citizen) WHERE ((status = 'open'::text) AND (reason = 'call_back'::text));

CREATE UNIQUE INDEX call_task_one_open_per_report ON public.call_task USING btree (report) WHERE (status = 'open'::text);

CREATE INDEX call_task_open ON public.call_task USING btree (due_at) WHERE (status = 'open'::text);

CREATE INDEX citizen_join_by_keep ON public.citizen_join USING btree (keep, id) WHERE (undone_at IS NULL);

CREATE INDEX citizen_link_by_end ON public.citizen_link USING btree (expires_at);

CREATE UNIQUE INDEX citizen_link_one_open ON public.citizen_link USING btree (given_channel, given_chat) WHERE (ended IS NULL);

CREATE INDEX follower_by_citizen ON public.follower USING btree (citizen);

CREATE INDEX inbox_set_aside ON public.inbox USING btree (received_at) WHERE (status = 'set_aside'::text);

CREATE INDEX link_try_by_chat ON public.link_try USING btree (channel, chat, at);

CREATE INDEX outbox_by_tag ON public.outbox USING btree (tag, channel, chat, seq) WHERE (tag IS NOT NULL);

CREATE INDEX outbox_head_due ON public.outbox_head USING btree (next_at) WHERE (done_seq < last_seq);

CREATE INDEX report_by_claim_due ON public.report USING btree (claim_due_at);

CREATE INDEX report_by_claimer ON public.report USING btree (claimed_by, submitted_at) WHERE (status <> ALL (ARRAY['closed'::text, 'withdrawn'::text]));

CREATE INDEX report_by_reporter ON public.report USING btree (reporter, id);

CREATE INDEX report_by_submission ON public.report USING btree (submitted_at);

CREATE INDEX report_open_by_office ON public.report USING btree (office, submitted_at, id) WHERE (status <> ALL (ARRAY['closed'::text, 'withdrawn'::text]));

CREATE INDEX report_open_by_point ON public.report USING btree (category, lat) WHERE ((status <> ALL (ARRAY['closed'::text, 'withdrawn'::text])) AND (lat IS NOT NULL));

CREATE INDEX report_open_by_street ON public.report USING btree (category, street) WHERE ((status <> ALL (ARRAY['closed'::text, 'withdrawn'::text])) AND (street IS NOT NULL));

CREATE INDEX report_unclaimed ON public.report USING btree (claim_due_at) WHERE (status = ANY (ARRAY['submitted'::text, 'reopened'::text]));

CREATE INDEX report_event_by_report ON public.report_event USING btree (report, id);

CREATE INDEX report_event_by_time ON public.report_event USING btree (at, action);

CREATE INDEX report_text_by_report ON public.report_text USING btree (report, id);

CREATE UNIQUE INDEX staff_one_per_actor ON public.staff USING btree (channel, actor) WHERE (removed_at IS NULL);

CREATE INDEX staff_office_by_office ON public.staff_office USING btree (office);

CREATE INDEX timer_due ON public.timer USING btree (due_at);

CREATE INDEX whatsapp_alias_by_chat ON public.whatsapp_alias USING btree (chat);

CREATE INDEX whatsapp_cloud_id_by_chat ON public.whatsapp_cloud_id USING btree (chat, seen_at);
