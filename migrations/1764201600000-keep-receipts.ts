import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * What a network says of a message after it took it: delivered, read, refused. One row for each network message, beside
 * the outbox: the word may arrive before the outbox knows under which id the message went out.
 *
 * The previous release runs on it: it does not look at the table.
 */
export class KeepReceipts1764201600000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE receipt (
        channel text NOT NULL,
        chat text NOT NULL,
        message text NOT NULL,
        status text NOT NULL CHECK (status IN ('refused', 'delivered', 'read')),
        at timestamptz NOT NULL,
        why text,
        PRIMARY KEY (channel, chat, message),
        CHECK (why IS NULL OR status = 'refused')
      );
    `)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE receipt')
  }
}
