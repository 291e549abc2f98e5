import { checkWhatsApp } from '../../../src/cli/doctor/check-whatsapp.js'
import type { WhatsAppConfig } from '../../../src/config.js'
import type { Templates } from '../../../src/messaging/news.js'
import { type FakeCloudApi, startFakeCloudApi } from '../../support/fake-cloud-api/index.js'

let api: FakeCloudApi
beforeAll(async () => {
  api = await startFakeCloudApi()
})
afterAll(() => api.stop())

const template = { name: 'x', language: { it: 'it' }, parameters: [], buttons: false }
const all: Templates = { acknowledged: template, closed: template, reply: template }
const cloud = (more: object = {}): WhatsAppConfig => {
  const { apiRoot, token, phoneNumberId, appSecret, verifyToken } = api
  return { transport: 'cloud', apiRoot, token, phoneNumberId, appSecret, verifyToken, ...more }
}
const check = async (whatsapp: WhatsAppConfig | undefined, templates = all) =>
  (await checkWhatsApp({ whatsapp, templates })).map(({ level, says }) => `${level}: ${says}`)

test('the number answers', async () => {
  expect(await check(cloud())).toEqual(['ok: +39 0172 000000 Comune answers; 3 templates are configured'])
})

test('a warning where approved words are missing', async () => {
  expect(await check(cloud(), { closed: template })).toEqual([
    'ok: +39 0172 000000 Comune answers; 1 templates are configured',
    'warning: no template for acknowledged, reply: a day after somebody wrote last, there is a call to make instead',
  ])
})

test('a token that is wrong', async () => {
  const [finding] = await check(cloud({ token: 'EAAG-segreto' }))
  expect(finding).toBe('fault: Meta refuses: 190 Invalid OAuth access token')
})

test('another number', async () => {
  const [finding] = await check(cloud({ phoneNumberId: '999999' }))
  expect(finding).toBe('fault: Meta refuses: 100 Object does not exist')
})

test('nobody there', async () => {
  const [finding] = await check(cloud({ apiRoot: 'http://127.0.0.1:1/v23.0' }))
  expect(finding).toBe('fault: http://127.0.0.1:1/v23.0 cannot be reached')
})

test('nothing to say without the Cloud API', async () => {
  expect(await check(undefined)).toEqual([])
  expect(await check({ transport: 'baileys' })).toEqual([])
})
