import { createCloudPeople } from '../../src/storage/cloud-people-store.js'
import { aTownDatabase, heardFrom, type TownDatabase } from '../support/rows.js'

let db: TownDatabase
beforeAll(async () => {
  db = await aTownDatabase()
}, 60_000)
afterAll(() => db?.end())

type Ids = Parameters<ReturnType<typeof createCloudPeople>['placeChat']>[0]

function people() {
  const store = createCloudPeople(db.source.manager)
  const place = (person: Ids, before?: Ids) => store.placeChat(person, before)
  return {
    ...store,
    place,
    chatOf: async (person: Ids) => (await place(person)).chat,
    moved: (from: Ids, to: Ids) => place(to, from),
  }
}

test('a chat is named after the number, and stays it when the number is hidden', async () => {
  const { chatOf, recipientOf } = people()
  expect(await chatOf({ phone: '391', userId: 'IT.1' })).toBe('391')
  expect(await recipientOf('391' as never)).toBe('391')
  expect(await chatOf({ userId: 'IT.1' })).toBe('391')
  expect(await recipientOf('391' as never)).toBe('IT.1')
  expect(await chatOf({ phone: '391', userId: 'IT.1' })).toBe('391')
  expect(await recipientOf('391' as never)).toBe('391')
})

test('who has no number to show is named after the id, also when a number is seen later', async () => {
  const { chatOf, recipientOf } = people()
  expect(await chatOf({ userId: 'IT.2' })).toBe('IT.2')
  expect(await recipientOf('IT.2' as never)).toBe('IT.2')
  expect(await chatOf({ phone: '392', userId: 'IT.2' })).toBe('IT.2')
  expect(await recipientOf('IT.2' as never)).toBe('392')
  expect(await chatOf({ phone: '392' })).toBe('IT.2')
})

test('another number, or another id, is the same person once they said so', async () => {
  const { chatOf, moved, recipientOf } = people()
  expect(await chatOf({ phone: '393', userId: 'IT.3' })).toBe('393')
  await moved({ phone: '393' }, { phone: '39333' })
  expect(await chatOf({ phone: '39333', userId: 'IT.3' })).toBe('393')
  expect(await recipientOf('393' as never)).toBe('39333')
  await moved({ userId: 'IT.3' }, { userId: 'IT.33' })
  expect(await chatOf({ phone: '39333', userId: 'IT.33' })).toBe('393')
})

test('a change is known as carried out once that is written down', async () => {
  const { hasMoved, moved } = createCloudPeople(db.source.manager)
  expect(await hasMoved('change-1')).toBe(false)
  await moved('change-1')
  await moved('change-1')
  expect([await hasMoved('change-1'), await hasMoved('change-2')]).toEqual([true, false])
})

test('a number that was given to somebody else opens nobody’s history', async () => {
  const { chatOf, recipientOf } = people()
  expect(await chatOf({ phone: '394', userId: 'IT.4' })).toBe('394')
  expect(await chatOf({ phone: '394', userId: 'IT.44' })).toBe('IT.44')
  expect(await chatOf({ phone: '394' })).toBe('IT.44')
  expect(await chatOf({ userId: 'IT.4' })).toBe('394')
  expect(await recipientOf('394' as never)).toBe('IT.4')
})

test('who was known by the number alone is known by the id from then on', async () => {
  const { chatOf } = people()
  expect(await chatOf({ phone: '395' })).toBe('395')
  expect(await chatOf({ phone: '395', userId: 'IT.5' })).toBe('395')
  expect(await chatOf({ userId: 'IT.5' })).toBe('395')
})

test('a late receipt for the number of before changes nothing about where to write', async () => {
  const { chatOf, findChat, moved, recipientOf } = people()
  expect(await chatOf({ phone: '397', userId: 'IT.7' })).toBe('397')
  await moved({ phone: '397' }, { phone: '39777' })
  expect(await findChat({ phone: '397' })).toBe('397')
  expect(await findChat({ phone: '39777', userId: 'IT.7' })).toBe('397')
  expect(await recipientOf('397' as never)).toBe('39777')
  expect(await findChat({ phone: '398' })).toBe('398')
  expect(await findChat({ phone: '397', userId: 'IT.8' })).toBe('IT.8')
  expect(await recipientOf('397' as never)).toBe('39777')
})

test('a chat of before is written to under its own name', async () => {
  expect(await people().recipientOf('396' as never)).toBe('396')
})

describe('who wrote to a linked device of the town before', () => {
  const linked = (chat: string, ...ids: string[]) =>
    db.source.query('INSERT INTO whatsapp_alias (id, chat) SELECT id, $2 FROM unnest($1::text[]) AS i (id)', [
      ids,
      chat,
    ])

  const heard = (chat: string, daysAgo = 0) => heardFrom(db, chat, daysAgo)

  test('goes on in that chat, and is written to under the number', async () => {
    await linked('81@lid', '81@lid', '39081@s.whatsapp.net')
    await heard('81@lid', 89)
    const { chatOf, findChat, recipientOf } = people()
    expect(await recipientOf('81@lid' as never)).toBe('39081')
    expect(await findChat({ phone: '39081' })).toBe('81@lid')
    expect(await chatOf({ phone: '39081', userId: 'IT.81' })).toBe('81@lid')
    expect(await recipientOf('81@lid' as never)).toBe('39081')
    expect(await chatOf({ userId: 'IT.81' })).toBe('81@lid')
  })

  test('is somebody else where the number has another id by now', async () => {
    await linked('82@lid', '82@lid', '39082@s.whatsapp.net')
    await heard('82@lid')
    const { chatOf } = people()
    expect(await chatOf({ phone: '39082', userId: 'IT.82' })).toBe('82@lid')
    expect(await chatOf({ phone: '39082', userId: 'IT.8282' })).toBe('IT.8282')
  })

  test('keeps the chat that the Cloud API has begun meanwhile', async () => {
    const { chatOf } = people()
    expect(await chatOf({ phone: '39083' })).toBe('39083')
    await linked('83@lid', '83@lid', '39083@s.whatsapp.net')
    expect(await chatOf({ phone: '39083' })).toBe('39083')
  })

  test('is written to by nobody where no number is known, or more than one', async () => {
    await linked('84@lid', '84@lid')
    await linked('85@lid', '85@lid', '390851@s.whatsapp.net', '390852@s.whatsapp.net')
    await heard('84@lid')
    await heard('85@lid')
    const { chatOf, recipientOf } = people()
    expect(await recipientOf('84@lid' as never)).toBeUndefined()
    expect(await recipientOf('85@lid' as never)).toBeUndefined()
    expect(await chatOf({ phone: '390852' })).toBe('85@lid')
    expect(await recipientOf('85@lid' as never)).toBe('390852')
  })

  test('is found where a chat was given up for another', async () => {
    await linked('86@lid', '86@lid', '39086@s.whatsapp.net', 'given-up:39086@s.whatsapp.net')
    await heard('86@lid')
    expect(await people().recipientOf('39086@s.whatsapp.net' as never)).toBe('39086')
  })

  test('is not looked for under a number that may be somebody else’s by now', async () => {
    await linked('87@lid', '87@lid', '39087@s.whatsapp.net')
    await heard('87@lid', 91)
    const { findChat, recipientOf } = people()
    expect(await recipientOf('87@lid' as never)).toBeUndefined()
    expect(await findChat({ phone: '39087' })).toBe('39087')
  })
})

describe('two chats that turn out to be one person’s', () => {
  const heard = (chat: string, daysAgo = 0) => heardFrom(db, chat, daysAgo)
  /** Somebody wrote under the number alone, and under the id alone. */
  async function wrote(phone: string, userId: string, daysAgo = 0) {
    const { chatOf } = people()
    expect([await chatOf({ phone }), await chatOf({ userId })]).toEqual([phone, userId])
    await heard(phone, daysAgo)
    await heard(userId)
  }

  test('number and id come together: until the other is given up, it is told each time; then all leads to one', async () => {
    const { place, chatOf, findChat, giveUp, recipientOf } = people()
    await wrote('3960', 'IT.60')
    for (let times = 0; times < 2; times++)
      expect(await place({ phone: '3960', userId: 'IT.60' })).toEqual({ chat: 'IT.60', others: ['3960'] })
    await giveUp('3960' as never, 'IT.60' as never)
    expect(await place({ phone: '3960', userId: 'IT.60' })).toEqual({ chat: 'IT.60', others: [] })
    expect([await chatOf({ phone: '3960' }), await findChat({ userId: 'IT.60' })]).toEqual(['IT.60', 'IT.60'])
    expect(await recipientOf('IT.60' as never)).toBe('3960')
  })

  test('what still waits for the one that was given up goes to the same person, whatever number they have', async () => {
    const { place, giveUp, moved, recipientOf } = people()
    await wrote('3961', 'IT.61')
    await giveUp('3961' as never, 'IT.61' as never)
    await place({ phone: '3961', userId: 'IT.61' })
    await moved({ phone: '3961' }, { phone: '396161' })
    expect(await recipientOf('3961' as never)).toBe('396161')
    expect(await recipientOf('IT.61' as never)).toBe('396161')
  })

  test('a number that may be somebody else’s by now proves nothing, nor one where another id lives', async () => {
    const { place, chatOf } = people()
    await wrote('3962', 'IT.62', 91)
    expect(await place({ phone: '3962', userId: 'IT.62' })).toEqual({ chat: 'IT.62', others: [] })
    await wrote('3963', 'IT.63')
    expect(await chatOf({ phone: '3963', userId: 'IT.6363' })).toBe('3963')
    expect(await place({ phone: '3963', userId: 'IT.63' })).toEqual({ chat: 'IT.63', others: [] })
  })

  test('who changes to a number that somebody else had before joins nobody', async () => {
    const { chatOf, moved, recipientOf } = people()
    expect([await chatOf({ phone: '3971' }), await chatOf({ phone: '397111' })]).toEqual(['3971', '397111'])
    await heard('397111')
    expect(await moved({ phone: '3971' }, { phone: '397111' })).toEqual({ chat: '3971', others: [] })
    expect(await recipientOf('3971' as never)).toBe('397111')
    // Nor does who was not known at all.
    await chatOf({ phone: '397333' })
    await heard('397333')
    expect(await moved({ phone: '3972' }, { phone: '397333' })).toEqual({ chat: '3972', others: [] })
  })

  test('WhatsApp says that the id has changed, after the person wrote under the new one', async () => {
    const { place, moved, giveUp } = people()
    await place({ phone: '3964', userId: 'IT.64' })
    expect(await place({ userId: 'IT.6464' })).toEqual({ chat: 'IT.6464', others: [] })
    const told = await moved({ userId: 'IT.64' }, { userId: 'IT.6464' })
    expect(told).toEqual({ chat: '3964', others: ['IT.6464'] })
    await giveUp('IT.6464' as never, '3964' as never)
    expect(await moved({ userId: 'IT.64' }, { userId: 'IT.6464' })).toEqual({ chat: '3964', others: [] })
    expect(await place({ userId: 'IT.6464' })).toEqual({ chat: '3964', others: [] })
  })

  test('a linked device of the town began one of them', async () => {
    await db.source.query(`INSERT INTO whatsapp_alias (id, chat) VALUES ('3965@s.whatsapp.net', '65@lid')`)
    await heard('65@lid')
    const { place, giveUp, recipientOf } = people()
    await place({ userId: 'IT.65' })
    expect(await place({ phone: '3965', userId: 'IT.65' })).toEqual({ chat: 'IT.65', others: ['65@lid'] })
    await giveUp('65@lid' as never, 'IT.65' as never)
    expect(await place({ phone: '3965', userId: 'IT.65' })).toEqual({ chat: 'IT.65', others: [] })
    expect(await recipientOf('65@lid' as never)).toBe('3965')
  })
})
