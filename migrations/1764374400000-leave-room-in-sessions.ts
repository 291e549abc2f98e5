import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * A session is written again at each message. With room beside it on its page twice as many of its new versions need no
 * new entry in the index (82 % instead of 43 % in the bench), and what the old ones leave behind is used again: 3.2 kB a
 * session instead of 3.7. The previous release can run on it: only where new rows lie changes.
 */
export class LeaveRoomInSessions1764374400000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE session SET (fillfactor = 50)')
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE session RESET (fillfactor)')
  }
}
