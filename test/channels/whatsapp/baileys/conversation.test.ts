import { type FakeWhatsApp, startFakeWhatsApp } from '../../../support/fake-whatsapp/index.js'
import { aTownDatabase, type TownDatabase } from '../../../support/rows.js'
import { idOf, type Linked, link, startLinked } from '../../../support/whatsapp-adapter.js'

/** The unmodified client, a real database, and a WhatsApp of our own: what comes in, and what goes out. */

let fake: FakeWhatsApp
let db: TownDatabase
let linked: Linked

beforeAll(async () => {
  db = await aTownDatabase()
  fake = await startFakeWhatsApp()
  linked = await startLinked(db, fake)
  await link(linked, fake)
})
afterAll(async () => {
  await linked?.end()
  await fake?.stop()
  await db?.end()
})

test('a person writes and is answered, under the LID, with the number known', async () => {
  const ada = fake.phone('+39 333 1234567', { name: 'Ada' })
  const sent = await ada.sends('ciao')
  const event = await linked.hears('text', ({ text }) => text === 'ciao')
  expect(event).toMatchObject({
    id: `${ada.lid}/${sent.id}`,
    from: { channel: 'whatsapp', chat: ada.lid },
    actor: ada.lid,
    phone: '+393331234567',
    personName: 'Ada',
    message: sent.id,
    private: true,
  })
  const said = await linked.says(ada.lid, 'Buongiorno Ada')
  const shown = await ada.receives('Buongiorno Ada')
  expect(shown.id).toBe(idOf(said))
  const receipt = await linked.hears('receipt', ({ message }) => message === idOf(said))
  expect(receipt).toMatchObject({ status: 'delivered', id: `receipt:${shown.id}:delivered` })
})
