import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Calls are worked off: how often nobody answered, and how it ended. Calls that were done before have no outcome.
 *
 * The previous release can run on this schema: it ends no calls.
 */
export class WorkOffCalls1764060200000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE call_task
        ADD COLUMN tries integer NOT NULL DEFAULT 0,
        ADD COLUMN outcome text CHECK (outcome IN ('told', 'nobody', 'wrong_number')),
        ADD COLUMN done_at timestamptz,
        ADD COLUMN done_by bigint REFERENCES staff,
        ADD CHECK (outcome IS NULL OR status = 'done');
    `)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE call_task DROP COLUMN tries, DROP COLUMN outcome, DROP COLUMN done_at, DROP COLUMN done_by;
    `)
  }
}
