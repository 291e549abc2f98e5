import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Clock } from '../../kernel/clock.js'
import { as, type ChannelName, type ChatId, type MediaKey } from '../../kernel/ids.js'
import type { Log } from '../../kernel/logger.js'
import {
  type Capabilities,
  type ChannelAdapter,
  MediaUnavailable,
  type OnEvents,
} from '../../messaging/channel.js'
import type { Address } from '../../messaging/inbound.js'
import { apply, type Conversation, type Entry, newConversation, type Owner } from './conversation.js'
import { deliverInOrder } from './deliver.js'
import { diskJournal, memoryJournal } from './journal.js'
import { createPhone, type Line, type Phone } from './phone.js'
import { sendTo } from './send.js'

/** The lines that the simulator plays; the last two, a desk without buttons and an app with lists, stand on no page. */
export const SIMULATED = {
  buttons: as<ChannelName>('simulator'),
  plain: as<ChannelName>('simulator-plain'),
  staff: as<ChannelName>('simulator-staff'),
  staffPlain: as<ChannelName>('simulator-staff-plain'),
  lists: as<ChannelName>('simulator-lists'),
} as const

const MEBIBYTE = 1024 * 1024

/** As Telegram (Bot API): texts of 4,096, albums of 10, files of 20 MB. */
const WITH_BUTTONS: Capabilities = {
  maxButtons: 100,
  maxListRows: 0,
  locationRequest: true,
  phoneRequest: true,
  maxText: 4096,
  maxLabel: 64,
  maxAlbum: 10,
  maxMediaBytes: 20 * MEBIBYTE,
  edits: true,
  proactive: 'free',
}

/** As WhatsApp through a linked device: nothing to press, nothing that changes afterwards. */
const PLAIN: Capabilities = {
  ...WITH_BUTTONS,
  maxButtons: 0,
  maxLines: 12,
  maxAlbum: 1,
  locationRequest: false,
  phoneRequest: false,
  edits: false,
}

/** As WhatsApp through the Cloud API: three buttons, lists of ten rows, a request for the place that stands alone. */
const LISTS: Capabilities = {
  ...PLAIN,
  maxButtons: 3,
  maxLabel: 20,
  maxListRows: 10,
  maxRowLabel: 24,
  maxRowDetail: 72,
  maxTextWithButtons: 1024,
  locationRequest: true,
  locationRequestAlone: true,
}

const CHANNELS = [
  { name: SIMULATED.buttons, audience: 'citizen', capabilities: WITH_BUTTONS },
  { name: SIMULATED.plain, audience: 'citizen', capabilities: PLAIN },
  { name: SIMULATED.staff, audience: 'staff', capabilities: WITH_BUTTONS },
  { name: SIMULATED.staffPlain, audience: 'staff', capabilities: PLAIN },
  { name: SIMULATED.lists, audience: 'citizen', capabilities: LISTS },
] as const

export interface SimulatorDeps {
  /** Conversations are kept in its `simulator` folder; without it they end with the process. */
  readonly dataDir?: string
  readonly log: Pick<Log, 'warn'>
  /** The content of a picture that the bot sends. */
  readonly openMedia: (key: MediaKey) => Promise<Buffer>
  /** Business time, for the times that people see; without it, the computer's. */
  readonly clock?: Clock
}

/** A whole chat network without any network: phones on one side, three adapters on the other. */
export interface Simulator {
  readonly adapters: readonly ChannelAdapter[]
  /** The phone with this number, as it was left; `owner` counts only while it has none. */
  phone(channel: ChannelName, chat: ChatId, owner?: Owner): Phone
  /** A picture or file that was sent in any of the chats; null when there is none of that name. */
  openFile(file: string): Promise<Buffer | null>
}

/** Plays the network. Conversations of an earlier process are there again; what it had not confirmed comes again. */
export function createSimulator({
  dataDir,
  log,
  openMedia,
  clock = { now: () => new Date() },
}: SimulatorDeps): Simulator {
  const journal = dataDir ? diskJournal(join(dataDir, 'simulator')) : memoryJournal()
  const lines = new Map<string, { line: Line; phone: Phone; deliver(): void }>()
  const receivers = new Map<ChannelName, OnEvents>()
  const delivery = deliverInOrder({ log, receiver: (channel) => receivers.get(channel) })
  let lastOrder = 0

  const connect = (address: Address, conversation: Conversation) => {
    const record = (entry: Entry) => {
      journal.append(address.channel, address.chat, entry)
      const changed = apply(conversation, entry)
      for (const listener of line.listeners) listener(changed)
      if (entry.type === 'taken') deliver()
    }
    const line: Line = {
      address,
      conversation,
      listeners: new Set(),
      journal,
      now: clock.now.bind(clock),
      nextOrder: () => ++lastOrder,
      record,
    }
    const deliver = () => delivery.wake(line)
    const connected = { line, phone: createPhone(line), deliver }
    lines.set(keyOf(address), connected)
    return connected
  }

  for (const entries of journal.load()) {
    const [opened] = entries
    if (opened?.type !== 'opened') continue
    const conversation = newConversation()
    for (const entry of entries) apply(conversation, entry)
    lastOrder = Math.max(lastOrder, conversation.lastOrder)
    connect({ channel: opened.channel, chat: opened.chat }, conversation)
  }

  /** A phone exists from the first time that anybody speaks of it: announcements wait on it until it is looked at. */
  const find = (address: Address) => {
    const known = lines.get(keyOf(address))
    if (known) return known
    const fresh = connect(address, newConversation())
    fresh.line.record({ type: 'opened', ...address, line: randomBytes(4).toString('hex') })
    return fresh
  }

  const adapters = CHANNELS.map(
    ({ name, audience, capabilities }): ChannelAdapter => ({
      name,
      audience,
      capabilities,
      async start(onEvents) {
        receivers.set(name, onEvents)
        for (const { line, deliver } of lines.values()) if (line.address.channel === name) deliver()
      },
      async stop() {
        receivers.delete(name)
        await delivery.finish(name)
      },
      send: (to, message) => sendTo({ line: find(to).line, capabilities, journal, openMedia }, message),
      async fetchMedia(ref) {
        const content = await journal.open(ref.id)
        if (!content) throw new MediaUnavailable('The file is gone')
        if (content.length > capabilities.maxMediaBytes)
          throw new MediaUnavailable('The file is too large for a bot')
        return Readable.from([content])
      },
    }),
  )

  return {
    adapters,
    phone(channel, chat, owner) {
      const { line, phone } = find({ channel, chat })
      if (owner && !line.conversation.owner) line.record({ type: 'owner', owner })
      return phone
    },
    openFile: (file) => journal.open(file),
  }
}

const keyOf = ({ channel, chat }: Address) => `${channel}/${chat}`
