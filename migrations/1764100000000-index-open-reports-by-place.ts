import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * "Is it one of these?" is asked in each conversation: open reports are found by kind and latitude, or kind and street,
 * so that it costs the same with ten open reports and with ten thousand. The previous release runs on it, only slower.
 */
export class IndexOpenReportsByPlace1764100000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX report_open_by_point ON report (category, lat)
        WHERE status NOT IN ('closed', 'withdrawn') AND lat IS NOT NULL;
      CREATE INDEX report_open_by_street ON report (category, street)
        WHERE status NOT IN ('closed', 'withdrawn') AND street IS NOT NULL;
      DROP INDEX report_open_by_category;
    `)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX report_open_by_category ON report (category, id) WHERE status NOT IN ('closed', 'withdrawn');
      DROP INDEX report_open_by_point, report_open_by_street;
    `)
  }
}
