import { type BinaryNode, jidDecode } from '@whiskeysockets/baileys'
import type { Device } from './device.js'
import { bundleNode } from './key-bundle.js'
import { bytesIn, childOf, childrenOf, node } from './node.js'
import type { World } from './world.js'

/** What a query is answered with: the elements of the result, or an error. */
type Reply = BinaryNode[]
type Answer = (query: BinaryNode, world: World, device: Device) => Reply

const NOT_FOUND = 404
const MEDIA_TTL_S = 3_600

const userOf = (jid: string | undefined) => jidDecode(jid)?.user ?? ''

export const errorNode = (code: number) => node('error', { code, text: `fault ${code}` })

/** A device leaves keys, or asks how many are left, whether they are in order, or for those of others. */
const encrypt: Answer = (query, world, device) => {
  const [first] = childrenOf(query)
  switch (query.attrs.type === 'set' ? 'set' : first?.tag) {
    case 'set':
      if (first?.tag === 'rotate') device.keys.rotate(first)
      else device.keys.fill(query)
      world.journal.note('keys', { device: device.number, detail: String(device.keys.count) })
      return []
    case 'count':
      return [node('count', { value: device.keys.count })]
    case 'digest':
      return [node('digest')]
    default:
      return [
        node(
          'list',
          {},
          childrenOf(first ?? query).map((user) => bundleOf(user.attrs.jid ?? '', world)),
        ),
      ]
  }
}

function bundleOf(jid: string, { phones, town }: World): BinaryNode {
  const { user, device = 0 } = jidDecode(jid) ?? { user: '' }
  const isTown = user === town.number || user === town.lid
  const own = isTown && device > 0 ? town.devices.get(device)?.keys.take() : town.handset.bundle()
  const bundle = isTown ? own : phones.get(user)?.handset.bundle()
  return bundle ? bundleNode(jid, bundle) : node('user', { jid }, [errorNode(NOT_FOUND)])
}

/** Whether somebody is on WhatsApp, which LID a number has, and which devices somebody has. */
const usync: Answer = (query, world) => {
  const asked = childOf(query, 'usync')
  const wanted = childrenOf(childOf(asked, 'query') ?? node('query')).map(({ tag }) => tag)
  const users = childrenOf(childOf(asked, 'list') ?? node('list'))
  return [
    node('usync', {}, [
      node(
        'list',
        {},
        users.map((user) => userNode(user, wanted, world)),
      ),
    ]),
  ]
}

/** A person who is asked for by number is answered by number, by LID by LID. */
function userNode(asked: BinaryNode, wanted: string[], { phones, town }: World): BinaryNode {
  const contact = childOf(asked, 'contact')
  const dialled = contact?.content ? bytesIn(contact).toString().replace(/\D/g, '') : undefined
  const jid = asked.attrs.jid ?? `${dialled}@s.whatsapp.net`
  const user = userOf(jid)
  const isTown = user === town.number || user === town.lid
  const lid = isTown ? `${town.lid}@lid` : phones.get(user)?.lid
  const linked = isTown ? [...town.devices.values()].filter((device) => device.linked) : []
  const devices = [{ id: 0 }, ...linked.map(({ number }) => ({ id: number, 'key-index': number }))]
  const answers: Record<string, BinaryNode | undefined> = {
    contact: node('contact', { type: lid === undefined ? 'out' : 'in' }),
    // the client of today can write to nobody whose LID it is not told
    lid: lid === undefined ? undefined : node('lid', { val: lid }),
    devices:
      lid === undefined
        ? undefined
        : node('devices', {}, [
            node(
              'device-list',
              {},
              devices.map((each) => node('device', each)),
            ),
          ]),
  }
  return node(
    'user',
    { jid },
    wanted.flatMap((name) => answers[name] ?? []),
  )
}

/** Where files are uploaded: a host, which the client puts behind `https://`. */
const media: Answer = (_, world) => [
  node('media_conn', { auth: 'auth-of-the-fake', ttl: MEDIA_TTL_S }, [
    node('host', { hostname: world.uploadHost() }),
  ]),
]

/** Settings that the phone keeps for its devices: there are none yet, at any version. */
const appState: Answer = (query) => {
  const collections = childrenOf(childOf(query, 'sync') ?? node('sync'))
  return [
    node(
      'sync',
      {},
      collections.map(({ attrs }) => node('collection', { name: attrs.name, version: attrs.version })),
    ),
  ]
}

/** Blue ticks are on for all; what is set is only taken note of. */
const privacy: Answer = (query) =>
  query.attrs.type === 'get'
    ? [node('privacy', {}, [node('category', { name: 'readreceipts', value: 'all' })])]
    : []

const answers: Record<string, Answer> = {
  encrypt,
  usync,
  privacy,
  'w:m': media,
  'w:sync:app:state': appState,
}

/** The answer to a query of a device that is logged in. What this server does not know it answers with nothing. */
export function answerQuery(query: BinaryNode, world: World, device: Device): Reply {
  return answers[query.attrs.xmlns ?? '']?.(query, world, device) ?? []
}
