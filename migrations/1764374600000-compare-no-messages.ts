import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Whenever PostgreSQL counts the outbox, it compares thirty thousand messages to know which are frequent: 0.7 s for an
 * answer to what nobody asks, since no statement looks for a message by what it says. The previous release can run on it.
 */
export class CompareNoMessages1764374600000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE outbox ALTER COLUMN message SET STATISTICS 0')
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE outbox ALTER COLUMN message SET STATISTICS -1')
  }
}
