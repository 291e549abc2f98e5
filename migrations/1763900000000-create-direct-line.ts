import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * The first whole of the direct line: town, people, reports with their history, conversations, outbox, timers.
 * There is no previous release.
 *
 * Personal values and free texts stand beside the history (`report_text`, `citizen`), never in it, so that they can
 * be erased while the history stays. Ids of networks are text: they are never counted with.
 */
export class CreateDirectLine1763900000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE office (
        code text PRIMARY KEY,
        name jsonb NOT NULL,
        active boolean NOT NULL DEFAULT true
      );
      CREATE TABLE category (
        code text PRIMARY KEY,
        group_code text NOT NULL,
        name jsonb NOT NULL,
        office text NOT NULL REFERENCES office,
        target_days integer NOT NULL CHECK (target_days > 0),
        sensitive boolean NOT NULL,
        active boolean NOT NULL DEFAULT true
      );

      CREATE TABLE staff (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL,
        role text NOT NULL CHECK (role IN ('operator', 'supervisor', 'observer')),
        front_desk boolean NOT NULL,
        locale text NOT NULL,
        channel text NOT NULL,
        actor text NOT NULL,
        chat text NOT NULL,
        joined_at timestamptz NOT NULL,
        removed_at timestamptz
      );
      CREATE UNIQUE INDEX staff_one_per_actor ON staff (channel, actor) WHERE removed_at IS NULL;
      CREATE TABLE staff_office (
        staff bigint NOT NULL REFERENCES staff ON DELETE CASCADE,
        office text NOT NULL REFERENCES office,
        PRIMARY KEY (staff, office)
      );
      CREATE INDEX staff_office_by_office ON staff_office (office);
      CREATE TABLE invite (
        token_hash text PRIMARY KEY,
        role text NOT NULL CHECK (role IN ('operator', 'supervisor', 'observer')),
        front_desk boolean NOT NULL,
        offices text[] NOT NULL,
        created_at timestamptz NOT NULL,
        created_by bigint REFERENCES staff,
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        used_by bigint REFERENCES staff
      );

      CREATE TABLE citizen (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        locale text NOT NULL,
        name text,
        phone text,
        phone_asked_at timestamptz,
        notice_version text,
        notice_at timestamptz,
        created_at timestamptz NOT NULL
      );
      CREATE TABLE address (
        channel text NOT NULL,
        chat text NOT NULL,
        citizen bigint NOT NULL REFERENCES citizen,
        reachable boolean NOT NULL DEFAULT true,
        last_inbound_at timestamptz NOT NULL,
        PRIMARY KEY (channel, chat)
      );
      CREATE INDEX address_by_citizen ON address (citizen);

      CREATE TABLE report (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        version integer NOT NULL DEFAULT 1,
        status text NOT NULL CHECK (status IN ('submitted', 'acknowledged', 'in_progress', 'scheduled',
          'awaiting_citizen', 'referred', 'closed', 'reopened', 'withdrawn')),
        came_from text,
        category text NOT NULL REFERENCES category,
        office text NOT NULL REFERENCES office,
        place_line text NOT NULL,
        street text,
        house_number text,
        lat double precision,
        lon double precision,
        title text NOT NULL,
        reporter bigint REFERENCES citizen,
        urgent boolean NOT NULL DEFAULT false,
        source text NOT NULL,
        submitted_at timestamptz NOT NULL,
        office_since timestamptz NOT NULL,
        claim_due_at timestamptz NOT NULL,
        claimed_by bigint REFERENCES staff,
        claimed_at timestamptz,
        closed_at timestamptz,
        outcome text CHECK (outcome IN ('resolved', 'answered', 'not_feasible', 'not_competent', 'duplicate', 'not_found')),
        reopened_times integer NOT NULL DEFAULT 0,
        CHECK ((lat IS NULL) = (lon IS NULL)),
        CHECK ((status = 'closed') = (outcome IS NOT NULL))
      );
      CREATE INDEX report_open_by_office ON report (office, submitted_at, id)
        WHERE status NOT IN ('closed', 'withdrawn');
      CREATE INDEX report_unclaimed ON report (claim_due_at) WHERE status IN ('submitted', 'reopened');
      CREATE INDEX report_by_claim_due ON report (claim_due_at);
      CREATE INDEX report_by_claimer ON report (claimed_by, submitted_at) WHERE status NOT IN ('closed', 'withdrawn');
      CREATE INDEX report_open_by_category ON report (category, id) WHERE status NOT IN ('closed', 'withdrawn');
      CREATE INDEX report_by_reporter ON report (reporter, id);
      CREATE INDEX report_by_submission ON report (submitted_at);
      CREATE TABLE report_event (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        report bigint NOT NULL REFERENCES report,
        at timestamptz NOT NULL,
        action text NOT NULL,
        party text NOT NULL CHECK (party IN ('operator', 'supervisor', 'reporter', 'clock', 'network')),
        staff bigint REFERENCES staff,
        from_status text,
        to_status text,
        details jsonb NOT NULL DEFAULT '{}'
      );
      CREATE INDEX report_event_by_report ON report_event (report, id);
      CREATE INDEX report_event_by_time ON report_event (at, action);
      CREATE TABLE report_text (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        report bigint NOT NULL REFERENCES report,
        event bigint NOT NULL REFERENCES report_event,
        kind text NOT NULL CHECK (kind IN ('description', 'addition', 'reply', 'note', 'closing')),
        body text,
        removed_at timestamptz,
        removed_by bigint REFERENCES staff,
        CHECK ((body IS NULL) = (removed_at IS NOT NULL))
      );
      CREATE INDEX report_text_by_report ON report_text (report, id);
      CREATE TABLE follower (
        report bigint NOT NULL REFERENCES report,
        citizen bigint NOT NULL REFERENCES citizen,
        joined_at timestamptz NOT NULL,
        PRIMARY KEY (report, citizen)
      );
      CREATE INDEX follower_by_citizen ON follower (citizen);
      CREATE TABLE attachment (
        id text PRIMARY KEY,
        channel text NOT NULL,
        chat text NOT NULL,
        report bigint REFERENCES report,
        kind text NOT NULL,
        ref jsonb NOT NULL,
        status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'stored', 'failed')),
        why text,
        media_key text,
        created_at timestamptz NOT NULL,
        CHECK ((status = 'stored') = (media_key IS NOT NULL))
      );
      CREATE INDEX attachment_by_report ON attachment (report, id);
      CREATE INDEX attachment_by_media ON attachment (media_key);
      CREATE TABLE call_task (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        report bigint REFERENCES report,
        citizen bigint REFERENCES citizen,
        phone text NOT NULL,
        reason text NOT NULL CHECK (reason IN ('question', 'delay', 'end', 'call_back')),
        say jsonb NOT NULL,
        status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'done', 'replaced')),
        created_at timestamptz NOT NULL,
        due_at timestamptz NOT NULL
      );
      CREATE UNIQUE INDEX call_task_one_open_per_report ON call_task (report) WHERE status = 'open';
      CREATE UNIQUE INDEX call_task_one_open_call_back ON call_task (citizen)
        WHERE status = 'open' AND reason = 'call_back';
      CREATE INDEX call_task_open ON call_task (due_at) WHERE status = 'open';
      CREATE TABLE access_log (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL,
        staff bigint NOT NULL REFERENCES staff,
        what text NOT NULL,
        report bigint REFERENCES report
      );
      CREATE INDEX access_log_by_report ON access_log (report, at);

      CREATE TABLE inbox (
        channel text NOT NULL,
        id text NOT NULL,
        received_at timestamptz NOT NULL DEFAULT now(),
        status text NOT NULL DEFAULT 'done' CHECK (status IN ('done', 'dropped', 'set_aside')),
        event jsonb,
        error text,
        PRIMARY KEY (channel, id)
      );
      CREATE INDEX inbox_set_aside ON inbox (received_at) WHERE status = 'set_aside';
      CREATE TABLE session (
        channel text NOT NULL,
        chat text NOT NULL,
        state jsonb,
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (channel, chat)
      );
      CREATE TABLE outbox_head (
        channel text NOT NULL,
        chat text NOT NULL,
        last_seq bigint NOT NULL DEFAULT 0,
        done_seq bigint NOT NULL DEFAULT 0,
        token uuid,
        owner integer,
        lease_until timestamptz,
        next_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (channel, chat),
        CHECK (done_seq <= last_seq)
      );
      CREATE INDEX outbox_head_due ON outbox_head (next_at) WHERE done_seq < last_seq;
      CREATE TABLE outbox (
        channel text NOT NULL,
        chat text NOT NULL,
        seq bigint NOT NULL,
        message jsonb NOT NULL,
        locale text NOT NULL,
        tag text,
        about bigint,
        matters text CHECK (matters IN ('question', 'delay', 'end')),
        status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'sent', 'refused')),
        parts integer NOT NULL DEFAULT 0,
        ext_ids text[] NOT NULL DEFAULT '{}',
        why text,
        created_at timestamptz NOT NULL DEFAULT now(),
        settled_at timestamptz,
        PRIMARY KEY (channel, chat, seq)
      );
      CREATE INDEX outbox_by_tag ON outbox (tag, channel, chat, seq) WHERE tag IS NOT NULL;

      CREATE TABLE timer (
        kind text NOT NULL,
        key text NOT NULL,
        due_at timestamptz NOT NULL,
        payload jsonb NOT NULL DEFAULT '{}',
        attempts integer NOT NULL DEFAULT 0,
        PRIMARY KEY (kind, key)
      );
      CREATE INDEX timer_due ON timer (due_at);
      CREATE TABLE digest_run (
        staff bigint NOT NULL REFERENCES staff,
        local_date date NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (staff, local_date)
      );
      CREATE TABLE worker (
        id text PRIMARY KEY,
        owner integer NOT NULL
      );
      CREATE TABLE setting (
        key text PRIMARY KEY,
        value jsonb NOT NULL
      );
    `)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE setting, worker, digest_run, timer, outbox, outbox_head, session, inbox, access_log, call_task, attachment,
        follower, report_text, report_event, report, address, citizen, invite, staff_office, staff, category, office;
    `)
  }
}
