import { type FakeWhatsApp, startFakeWhatsApp } from './fake-whatsapp/index.js'
import { codeOf, newMemory, startClient } from './whatsapp-client.js'

let fake: FakeWhatsApp

beforeAll(async () => {
  fake = await startFakeWhatsApp()
})
afterAll(() => fake.stop())

test('a device is linked, logs in, hears a person and answers', async () => {
  const memory = newMemory()
  const first = startClient(fake, memory)
  const { qr } = await first.connection(({ qr }) => qr !== undefined)
  await fake.scanQr(qr ?? '')
  expect(codeOf(await first.connection(({ connection }) => connection === 'close'))).toBe(515)

  const client = startClient(fake, memory)
  await client.connection(({ connection }) => connection === 'open')
  await fake.until('online')
  const ada = fake.phone('+39 333 1234567', { name: 'Ada' })
  await ada.sends('ciao')
  const heard = await client.message(({ message }) => message?.conversation === 'ciao')
  expect(heard).toMatchObject({
    key: { remoteJid: ada.lid, remoteJidAlt: ada.pn, fromMe: false },
    pushName: 'Ada',
  })
  await client.socket.sendMessage(ada.lid, { text: 'Buongiorno Ada' })
  expect(await ada.receives('Buongiorno')).toMatchObject({ kind: 'text', text: 'Buongiorno Ada' })
  await client.close()
})
