import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Under which numbers and business-scoped ids WhatsApp's Cloud API knows the person of a chat. A chat keeps its name when
 * its person hides the number, or takes another one. The previous release runs on it: it does not look at the table.
 */
export class KnowCloudPeople1764201700000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE whatsapp_cloud_id (
        id text PRIMARY KEY,
        chat text NOT NULL,
        seen_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX whatsapp_cloud_id_by_chat ON whatsapp_cloud_id (chat, seen_at);
    `)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE whatsapp_cloud_id')
  }
}
