import type { ChannelName, OfficeCode, StaffId, UserId } from '../../src/kernel/ids.js'
import { createStaffRegister } from '../../src/storage/staff-store.js'
import { aStaffRow, aTownDatabase, type TownDatabase } from '../support/rows.js'

let db: TownDatabase
beforeAll(async () => {
  db = await aTownDatabase()
})
afterAll(() => db?.end())

const staffBot = 'telegram-staff' as ChannelName
const maintenance = 'maintenance' as OfficeCode
const police = 'police' as OfficeCode

test('a person is found by the network identity, with offices, until removed', () =>
  db.tryOut(async (manager) => {
    const register = createStaffRegister(manager)
    const anna = await aStaffRow(manager, { offices: [police, maintenance], frontDesk: true })
    expect(anna).toMatchObject({ name: 'Anna', role: 'operator', frontDesk: true, locale: 'it' })
    const found = await register.find(staffBot, 'Anna' as UserId)
    expect(found).toEqual({ ...anna, offices: [maintenance, police] })
    expect(await register.get(anna.id)).toEqual(found)
    expect(await register.find('telegram' as ChannelName, 'Anna' as UserId)).toBeUndefined()

    await manager.query('UPDATE staff SET removed_at = now() WHERE id = $1', [anna.id])
    expect(await register.find(staffBot, 'Anna' as UserId)).toBeUndefined()
    expect(await register.get(anna.id)).toBeUndefined()
    expect(await register.ofOffice(police)).toEqual([])
    const again = await aStaffRow(manager)
    expect(await register.find(staffBot, 'Anna' as UserId)).toEqual(again)
  }))

test('one identity is one person', () =>
  db.tryOut(async (manager) => {
    await aStaffRow(manager)
    await expect(aStaffRow(manager)).rejects.toThrow('staff_one_per_actor')
  }))

test('an office has its operators, supervisors have none', () =>
  db.tryOut(async (manager) => {
    const register = createStaffRegister(manager)
    const anna = await aStaffRow(manager)
    const bruno = await aStaffRow(manager, { name: 'Bruno', offices: [maintenance, police] })
    const carla = await aStaffRow(manager, { name: 'Carla', role: 'supervisor', offices: [] })
    await aStaffRow(manager, { name: 'Dario', role: 'observer', offices: [maintenance] })
    expect(await register.ofOffice(maintenance)).toEqual([anna, bruno])
    expect(await register.ofOffice(police)).toEqual([bruno])
    expect(await register.supervisors()).toEqual([carla])
  }))

test('the language can be changed', () =>
  db.tryOut(async (manager) => {
    const register = createStaffRegister(manager)
    const anna = await aStaffRow(manager)
    await register.setLocale(anna.id, 'en')
    expect(await register.get(anna.id)).toEqual({ ...anna, locale: 'en' })
  }))

describe('an invitation', () => {
  const invite = { role: 'operator', frontDesk: true, offices: [maintenance, police] } as const
  const createdAt = new Date('2026-11-23T08:00:00Z')
  const expiresAt = new Date('2026-11-30T08:00:00Z')

  test('comes back as it was made, and tells when it was used', () =>
    db.tryOut(async (manager) => {
      const register = createStaffRegister(manager)
      const { id } = await aStaffRow(manager)
      await register.addInvite('hash', invite, { createdAt, expiresAt, createdBy: id })
      await register.addInvite('of the administrator', invite, { createdAt, expiresAt })
      expect(await register.lockInvite('hash')).toEqual({ ...invite, expiresAt })
      expect(await register.lockInvite('other')).toBeUndefined()
      const usedAt = new Date('2026-11-24T08:00:00Z')
      await register.useInvite('hash', id, usedAt)
      expect(await register.lockInvite('hash')).toEqual({ ...invite, expiresAt, usedAt })
      expect((await register.lockInvite('of the administrator'))?.usedAt).toBeUndefined()
    }))

  test('of two who use it at once the second sees that it is used', async () => {
    const id: StaffId = await db.source.transaction(async (manager) => {
      await createStaffRegister(manager).addInvite('once', invite, { createdAt, expiresAt })
      return (await aStaffRow(manager, { name: 'Emma' })).id
    })
    const first = await db.begin()
    const second = await db.begin()
    await createStaffRegister(first.manager).lockInvite('once')
    const waits = createStaffRegister(second.manager).lockInvite('once')
    await db.waiting(1)
    await createStaffRegister(first.manager).useInvite('once', id, createdAt)
    await first.commit()
    expect((await waits)?.usedAt).toEqual(createdAt)
    await second.commit()
  })
})
