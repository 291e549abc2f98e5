import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * One person, two chats: what belonged to one citizen belongs to another from now on. `citizen_join` says what was
 * moved, so that it can be undone; the row that was left keeps its name and number until then, and must be erased with
 * the one that it was joined into.
 *
 * The previous release can run on this schema: it writes none of it.
 */
export class JoinCitizens1764060000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE citizen ADD COLUMN joined_into bigint REFERENCES citizen;
      CREATE TABLE citizen_join (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        keep bigint NOT NULL REFERENCES citizen,
        other bigint NOT NULL REFERENCES citizen,
        joined_by text NOT NULL CHECK (joined_by IN ('citizen', 'network')),
        at timestamptz NOT NULL,
        moved jsonb NOT NULL,
        undone_at timestamptz,
        CHECK (keep <> other)
      );
      CREATE INDEX citizen_join_by_keep ON citizen_join (keep, id) WHERE undone_at IS NULL;
    `)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE citizen_join;
      ALTER TABLE citizen DROP COLUMN joined_into;
    `)
  }
}
