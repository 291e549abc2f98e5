import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * The trouble of an approved text is kept by name and language; what stands under the name alone would never end. If it
 * lasts, the supervisors are told anew. The previous release can run on it: it tells anew too.
 */
export class ForgetTroublesWithoutLanguage1764374500000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(
      `DELETE FROM setting WHERE key LIKE 'whatsapp_trouble/%' AND key NOT LIKE 'whatsapp_trouble/%/%'`,
    )
  }

  async down(): Promise<void> {
    // What was forgotten is told anew; there is nothing to bring back.
  }
}
