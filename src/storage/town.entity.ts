import { EntitySchema } from 'typeorm'
import type { CategoryCode, OfficeCode } from '../kernel/ids.js'
import type { Localised } from '../kernel/text.js'
import { column } from './columns.js'

export interface OfficeRow {
  code: OfficeCode
  name: Localised
  active: boolean
}

export const offices = new EntitySchema<OfficeRow>({
  name: 'office',
  columns: {
    code: { ...column.text('code'), primary: true },
    name: column.json('name'),
    active: column.flag('active'),
  },
})

export interface CategoryRow {
  code: CategoryCode
  group: string
  name: Localised
  office: OfficeCode
  targetDays: number
  sensitive: boolean
  active: boolean
}

export const categories = new EntitySchema<CategoryRow>({
  name: 'category',
  columns: {
    code: { ...column.text('code'), primary: true },
    group: column.text('group_code'),
    name: column.json('name'),
    office: column.text('office'),
    targetDays: column.integer('target_days'),
    sensitive: column.flag('sensitive'),
    active: column.flag('active'),
  },
})
