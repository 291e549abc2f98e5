import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { createPerson, shownOf, type WhatsAppPerson } from './person.js'
import { type FakeTemplate, faultOf, type Posted, type Refused, templateFault } from './rules.js'
import { createFakeWebhook, type FakeWebhook } from './webhook.js'

const DAY_MS = 24 * 60 * 60 * 1000
const VERSION = 'v23.0'

/** What the next calls meet instead of an answer. */
export type CloudFault =
  | Refused
  | 'outage'
  | 'cut'
  | 'html'
  | { readonly status: number; readonly retryAfter?: number }

export interface FakeCloudApi {
  /** The root that the product is given. */
  readonly apiRoot: string
  readonly token: string
  readonly phoneNumberId: string
  readonly appSecret: string
  readonly verifyToken: string
  readonly webhook: FakeWebhook
  readonly templates: FakeTemplate[]
  /** Everything that was posted to `messages`, whatever became of it. */
  readonly posted: readonly (Posted & { readonly refused?: number })[]
  person(name?: string): WhatsAppPerson
  /** The next so many sends fail so; an outage lasts until `faults.length` is set to 0. */
  readonly faults: CloudFault[]
  /** Refusals of these come later, as a status, for messages to this phone. */
  readonly lateRefusals: Map<string, Refused>
  /** Messages that arrive are also told to be delivered. */
  tellsDelivery: boolean
  /** This much later for everybody's window. */
  forward(ms: number): void
  /** A file as a person would have sent it. Returns its id. */
  addFile(bytes: Buffer): string
  /** The bytes of a file that the town uploaded. */
  file(id: string): Buffer | undefined
  /** Where files are said to lie, instead of here. */
  mediaHost?: string
  stop(): Promise<void>
}

type Person = ReturnType<typeof createPerson>

/** Meta's Cloud API as far as the product meets it, over real HTTP. */
export async function startFakeCloudApi(): Promise<FakeCloudApi> {
  const token = `EAAG${randomBytes(20).toString('hex')}`
  const phoneNumberId = '106540352242922'
  const appSecret = randomBytes(16).toString('hex')
  const webhook = createFakeWebhook(appSecret, '102290129340398')
  const people: Person[] = []
  const lastInbound = new Map<Person, number>()
  const files = new Map<string, Buffer>()
  const posted: (Posted & { refused?: number })[] = []
  let offset = 0
  let ids = 0
  const now = () => Date.now() + offset
  const metadata = { display_phone_number: '390172000000', phone_number_id: phoneNumberId }
  const value = (more: object) => ({ messaging_product: 'whatsapp', metadata, ...more })
  const seconds = () => String(Math.floor(Date.now() / 1000))
  /** As real ones do, it holds the number of the person. */
  const newId = (phone: string) =>
    `wamid.${Buffer.from(`\x1c\x18\x0d${phone}\x15\x02${ids++}`).toString('base64')}`
  const idsOf = ({ phone, userId, hidden }: WhatsAppPerson) => ({
    contact: { ...(!hidden && { wa_id: phone }), user_id: userId },
    message: { ...(!hidden && { from: phone }), from_user_id: userId },
    status: { ...(!hidden && { recipient_id: phone }), recipient_user_id: userId },
  })

  const status = (person: Person, id: string, name: string, error?: Refused): void => {
    const errors = error && [{ code: error.code, title: error.message }]
    webhook.deliver([
      value({
        statuses: [
          { id, status: name, timestamp: seconds(), ...idsOf(person).status, ...(errors && { errors }) },
        ],
      }),
    ])
  }

  function take(message: Posted): { id: string } | Refused {
    const { to, recipient } = message
    const person = people.find(({ phone, userId }) => (to ? phone === to : userId === recipient))
    const id = newId(person?.phone ?? String(to))
    // Anything but a number in `to` is cut to its digits and lost without a word.
    if (to !== undefined && !/^\d+$/.test(to)) return { id }
    if (!person) return { code: 131026, message: 'Message undeliverable' }
    const late = api.lateRefusals.get(person.phone)
    if (late) {
      queueMicrotask(() => status(person, id, 'failed', late))
      return { id }
    }
    const shut = now() - (lastInbound.get(person) ?? 0) > DAY_MS
    const fault = message.template
      ? templateFault(message.template, api.templates)
      : shut
        ? { code: 131047, message: 'Re-engagement message' }
        : faultOf(message, (file) => files.has(file))
    if (fault) return fault
    person.show(shownOf(id, message))
    if (api.tellsDelivery) status(person, id, 'delivered')
    return { id }
  }

  function send(message: Posted, response: ServerResponse): unknown {
    const fault = api.faults[0]
    if (fault !== undefined && fault !== 'outage') api.faults.shift()
    if (fault === 'cut') return response.destroy()
    if (fault === 'html') return response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')
    if (fault === 'outage')
      return json(response, 503, { error: { message: 'Service temporarily unavailable' } })
    if (fault && !('code' in fault))
      return json(
        response,
        fault.status,
        {},
        fault.retryAfter ? { 'retry-after': String(fault.retryAfter) } : {},
      )
    const result = fault ?? take(message)
    const refused = 'code' in result ? result : undefined
    posted.push({ ...message, ...(refused && { refused: refused.code }) })
    if (refused)
      return json(response, refused.status ?? 400, { error: { ...refused, type: 'OAuthException' } })
    return json(response, 200, { messaging_product: 'whatsapp', messages: [result] })
  }

  async function upload(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<unknown> {
    const type = String(request.headers['content-type'])
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
    const file = form.get('file')
    if (form.get('messaging_product') !== 'whatsapp' || typeof file === 'string' || file === null)
      return json(response, 400, { error: { code: 100, message: 'Invalid parameter' } })
    return json(response, 200, { id: addFile(Buffer.from(await file.arrayBuffer())) })
  }

  function addFile(bytes: Buffer): string {
    const id = `10${randomBytes(4).readUInt32BE()}`
    files.set(id, bytes)
    return id
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const body = await buffer(request)
    const bearer = request.headers.authorization?.replace(/^Bearer /, '')
    const path = url.pathname
    const media = /^\/files\/(\d+)$/.exec(path)?.[1]
    if (bearer !== api.token)
      return json(response, 401, { error: { code: 190, message: 'Invalid OAuth access token' } })
    if (media) return response.writeHead(files.has(media) ? 200 : 404).end(files.get(media))
    if (request.method === 'POST' && path === `/${VERSION}/${phoneNumberId}/messages`)
      return send(JSON.parse(body.toString()), response)
    if (request.method === 'POST' && path === `/${VERSION}/${phoneNumberId}/media`)
      return upload(request, body, response)
    if (request.method === 'GET' && path === `/${VERSION}/${phoneNumberId}`)
      return json(response, 200, {
        id: phoneNumberId,
        display_phone_number: '+39 0172 000000',
        verified_name: 'Comune',
      })
    const id = path.replace(`/${VERSION}/`, '')
    const found = files.get(id)
    if (request.method !== 'GET' || !found)
      return json(response, 400, {
        error: { code: 100, error_subcode: 33, message: 'Object does not exist' },
      })
    const host = api.mediaHost ?? `http://127.0.0.1:${port()}`
    return json(response, 200, {
      id,
      url: `${host}/files/${id}`,
      mime_type: 'image/jpeg',
      file_size: found.length,
    })
  })
  const port = () => (server.address() as { port: number }).port
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const api: FakeCloudApi & { token: string } = {
    apiRoot: `http://127.0.0.1:${port()}/${VERSION}`,
    token,
    phoneNumberId,
    appSecret,
    verifyToken: 'parole-lunghe-e-casuali',
    webhook,
    templates: [],
    posted,
    faults: [],
    lateRefusals: new Map(),
    tellsDelivery: false,
    person(name = 'Maria') {
      const index = people.length + 1
      const person: Person = createPerson({
        phone: `3933300${String(10_000 + index)}`,
        userId: `IT.${90_000_000 + index}`,
        displayName: name,
        addFile,
        status: (id, told) => status(person, id, told),
        emit(message, { hidden }) {
          const id = newId(person.phone)
          lastInbound.set(person, now())
          const { contact, message: from } = idsOf({ ...person, hidden })
          webhook.deliver([
            value({
              contacts: [{ profile: { name }, ...contact }],
              messages: [{ id, timestamp: seconds(), ...from, ...message }],
            }),
          ])
          return id
        },
      })
      people.push(person)
      return person
    },
    forward(ms) {
      offset += ms
    },
    addFile,
    file: (id) => files.get(id),
    async stop() {
      webhook.stop()
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
    },
  }
  return api
}

function json(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): unknown {
  return response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify(body))
}
