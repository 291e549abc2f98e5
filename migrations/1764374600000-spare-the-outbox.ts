import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * A message is written twice: when it is said, and when it is out. With room beside it on its page the second time needs
 * no new entry in an index (a third less of write-ahead log for both). And nobody looks for a message by what it says, so
 * PostgreSQL need not compare thirty thousand of them, each time it counts the table, to know which are frequent (0.7 s).
 * The previous release can run on it: only where new rows lie changes.
 */
export class SpareTheOutbox1764374600000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE outbox SET (fillfactor = 50), ALTER COLUMN message SET STATISTICS 0`)
    await db.query('ALTER TABLE outbox_head SET (fillfactor = 50)')
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE outbox_head RESET (fillfactor)')
    await db.query(`ALTER TABLE outbox RESET (fillfactor), ALTER COLUMN message SET STATISTICS -1`)
  }
}
