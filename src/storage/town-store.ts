import { type EntityManager, In, Not } from 'typeorm'
import type { Town } from '../domain/town.js'
import { categories, offices } from './town.entity.js'

/**
 * Writes the offices and categories of the municipality file into the tables that reports refer to. What is no longer
 * in the file becomes inactive: old reports still name it. Run it in a transaction, at every start.
 */
export async function loadTown(manager: EntityManager, town: Town): Promise<void> {
  // Processes that start together, perhaps with different files, come one after the other. Reports go on meanwhile.
  await manager.query('LOCK TABLE office, category IN SHARE ROW EXCLUSIVE MODE')

  // Not `upsert`: it also sets the key, and so locks out whoever files a report meanwhile.
  await manager
    .createQueryBuilder()
    .insert()
    .into(offices)
    .values(town.offices.map(({ code, name }) => ({ code, name, active: true })))
    .orUpdate(['name', 'active'], ['code'])
    .execute()
  const rows = town.groups.flatMap((group) =>
    group.categories.map(({ code, name, office, targetDays, sensitive }) => ({
      code,
      group: group.code,
      name,
      office,
      targetDays,
      sensitive,
      active: true,
    })),
  )
  await manager
    .createQueryBuilder()
    .insert()
    .into(categories)
    .values(rows)
    .orUpdate(['group_code', 'name', 'office', 'target_days', 'sensitive', 'active'], ['code'])
    .execute()

  const gone = (codes: readonly string[]) => ({ code: Not(In(codes)), active: true })
  await manager.update(categories, gone(rows.map((row) => row.code)), { active: false })
  await manager.update(offices, gone(town.offices.map((office) => office.code)), { active: false })
}
