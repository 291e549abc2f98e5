import { as, type ChannelName, type ChatId, type ExternalId, type MediaKey } from '../../../kernel/ids.js'
import type { Log } from '../../../kernel/logger.js'
import type { ChannelAdapter, SendResult } from '../../../messaging/channel.js'
import type { Address } from '../../../messaging/inbound.js'
import type { Templates } from '../../../messaging/news.js'
import type { Rendered } from '../../../messaging/outbound.js'
import type { ApprovedText, LineTrouble, TemplateNews } from '../../../messaging/trouble.js'
import { cloudCapabilities } from './capabilities.js'
import { download } from './download.js'
import { type Called, createGraph, SEND_TIMEOUT_MS } from './graph.js'
import { type Fault, outcomeOf, troubleOf } from './outcome.js'
import type { Webhook } from './payload.js'
import type { People } from './people.js'
import { recipient, render } from './render.js'
import { createSentFiles } from './sent-files.js'
import { takeWebhook } from './take-webhook.js'
import { type TellTrouble, watchLine } from './watch-line.js'
import { answerTo, isSigned, type Verification } from './webhook.js'

const CHANNEL = as<ChannelName>('whatsapp')

export interface WhatsAppCloudDeps {
  readonly token: string
  readonly phoneNumberId: string
  readonly appSecret: string
  readonly verifyToken: string
  /** With the version, without a slash at the end. */
  readonly apiRoot: string
  readonly templates: Templates
  readonly people: People
  /** Two chats turned out to be one person's. */
  readonly onSamePerson: (keep: ChatId, other: ChatId) => Promise<void>
  /** Rejects with code `ENOENT` when there is no such file any more. */
  readonly openMedia: (key: MediaKey) => Promise<Buffer>
  /** Somebody must do something; undefined: it goes out again. Told once for each change; again where it rejects. */
  readonly onTrouble: TellTrouble
  /** What became of one of `templates`. Resolves once it is written down: true when it is news. */
  readonly onTemplate: (news: TemplateNews) => Promise<boolean>
  readonly log: Log
}

export interface WhatsAppCloud extends ChannelAdapter {
  /** What to answer to Meta's verification of the address; undefined: refuse. */
  verify(verification: Verification): string | undefined
  /**
   * The body as it came, and the header X-Hub-Signature-256. Resolves once everything in it is stored: answer 200 only
   * then. Rejects when it could not be stored: with any other answer Meta sends it again.
   */
  handleWebhook(body: Buffer, signature: string | undefined): Promise<'ok' | 'forbidden' | 'unreadable'>
  /** What keeps messages from going out, until somebody does something about it. */
  trouble(): LineTrouble | undefined
}

interface SentMessage {
  readonly messages?: readonly { readonly id?: string }[]
}

const isMissing = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT'

const fileOf = (message: Rendered): MediaKey | undefined =>
  message.type === 'voice' ? message.media : message.type === 'photos' ? message.media[0] : undefined

const OF_LINKED_DEVICE: SendResult = {
  type: 'refused',
  why: 'invalid',
  detail: 'this chat began on a linked device, which never saw the number',
}

/** WhatsApp by the Cloud API: citizens only, messages in by webhook, out by the Graph API. */
export function createWhatsAppCloud(deps: WhatsAppCloudDeps): WhatsAppCloud {
  const { phoneNumberId, people, log } = deps
  const graph = createGraph(deps)
  const files = createSentFiles((file, signal) => graph.upload(`${phoneNumberId}/media`, file, signal))
  const capabilities = cloudCapabilities(deps.templates)
  const inHand = new Set<Promise<void>>()
  let store: ((body: Webhook) => Promise<void>) | undefined
  const line = watchLine({ tell: deps.onTrouble, log })

  function failed(fault: Fault, template?: ApprovedText): SendResult {
    const seen = troubleOf(fault)
    if (seen) line.failed(seen, seen === 'template' ? template : undefined)
    return outcomeOf(fault)
  }

  async function attempt(to: Address, message: Rendered, signal: AbortSignal): Promise<SendResult> {
    const id = await people.recipientOf(to.chat)
    if (id === undefined) return OF_LINKED_DEVICE
    const key = fileOf(message)
    const file = key && (await uploaded(key, signal))
    if (file && !file.ok) return file.why
    const body = {
      messaging_product: 'whatsapp',
      ...recipient(id),
      ...render(message, file?.id),
    }
    const sent = await graph.post<SentMessage>(`${phoneNumberId}/messages`, body, signal)
    if (sent.ok) {
      line.took(templateOf(message))
      return { type: 'sent', externalIds: idsIn(sent.body) }
    }
    const result = failed(sent.fault, templateOf(message))
    if (!key || result.type !== 'refused' || result.why !== 'invalid') return result
    files.forget(key)
    // Uploaded just now, it would be refused again.
    return file?.known ? attempt(to, message, signal) : result
  }

  async function uploaded(
    key: MediaKey,
    signal: AbortSignal,
  ): Promise<{ ok: true; id: string; known: boolean } | { ok: false; why: SendResult }> {
    let found: Called<{ id: string; known: boolean }>
    try {
      found = await files.idOf(key, deps.openMedia, signal)
    } catch (error) {
      return {
        ok: false,
        why: isMissing(error)
          ? { type: 'refused', why: 'invalid', detail: 'a file to send does not exist any more' }
          : { type: 'retry', why: 'unreachable', detail: 'a file to send could not be opened' },
      }
    }
    return found.ok ? { ok: true, ...found.body } : { ok: false, why: failed(found.fault) }
  }

  /** The account may have texts that are not used here. */
  async function onTemplate(news: TemplateNews): Promise<void> {
    const isUsed = Object.values(deps.templates).some(
      ({ name, language }) => name === news.name && Object.values(language).includes(news.language),
    )
    if (!isUsed) return
    if (!(await deps.onTemplate(news))) return
    const { name: template, language, state } = news
    log.warn(
      { channel: CHANNEL, template, language, state },
      'WhatsApp tells what became of an approved text',
    )
  }

  return {
    name: CHANNEL,
    audience: 'citizen',
    capabilities,
    trouble: line.trouble,

    async start(onEvents) {
      const onError = (code: number | undefined) => {
        log.warn({ channel: CHANNEL, code }, 'WhatsApp tells of a fault of the line')
        const seen = troubleOf({ code, status: 400 })
        if (seen) line.failedLater(seen)
      }
      const taking = {
        channel: CHANNEL,
        phoneNumberId,
        people,
        onSamePerson: deps.onSamePerson,
        onEvents,
        onError,
        onTemplate,
        onArrived: line.arrived,
        log,
      }
      store = (body) => takeWebhook(body, taking)
    },

    async stop() {
      store = undefined
      await Promise.allSettled(inHand)
    },

    hangUp: line.settled,

    async send(to, message) {
      try {
        return await attempt(to, message, AbortSignal.timeout(SEND_TIMEOUT_MS))
      } catch (error) {
        log.warn(
          { channel: CHANNEL, error },
          'It is not known under which id to write to a person; trying again',
        )
        return { type: 'retry', why: 'unreachable', detail: 'the database does not answer' }
      }
    },

    fetchMedia: (ref) =>
      download(
        { ...deps, graph, maxBytes: capabilities.maxMediaBytes, onFault: (fault) => void failed(fault) },
        ref,
      ),

    verify: (verification) => answerTo(verification, deps.verifyToken),

    async handleWebhook(body, signature) {
      if (!isSigned(body, signature, deps.appSecret)) return 'forbidden'
      const webhook = parse(body)
      if (webhook === undefined) return 'unreadable'
      if (!store) throw new Error('WhatsApp takes nothing in: it has not started, or is stopped')
      const storing = store(webhook)
      inHand.add(storing)
      try {
        await storing
      } finally {
        inHand.delete(storing)
      }
      return 'ok'
    },
  }
}

function templateOf(message: Rendered): ApprovedText | undefined {
  const template = message.type === 'text' ? message.template : undefined
  return template && { name: template.name, language: template.language }
}

const idsIn = ({ messages = [] }: SentMessage): ExternalId[] =>
  messages.flatMap(({ id }) => (id ? [as<ExternalId>(id)] : []))

function parse(body: Buffer): Webhook | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'))
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined
  } catch {
    return undefined
  }
}
