import { randomBytes } from 'node:crypto'
import type { LineState } from './app/figures.js'
import { joinChats } from './app/join-citizens.js'
import { tellTemplate, tellTrouble } from './app/line-trouble.js'
import type { DeviceStore } from './app/linked-device-port.js'
import type { UnitOfWork } from './app/ports.js'
import { seatStaff, unseatStaff } from './app/seat-staff.js'
import { rosterOf } from './channels/simulator/roster.js'
import { simulatorRoutes } from './channels/simulator/routes.js'
import { createSimulator, SIMULATED, type Simulator } from './channels/simulator/simulator.js'
import type { TelegramAdapter } from './channels/telegram/adapter.js'
import { createTelegramCitizens } from './channels/telegram/grammy.js'
import { createTelegramStaff } from './channels/telegram/telegraf.js'
import { createWhatsAppCloud, type WhatsAppCloud } from './channels/whatsapp/cloud/adapter.js'
import type { People } from './channels/whatsapp/cloud/people.js'
import { cloudRoutes } from './channels/whatsapp/cloud/routes.js'
import { citizenMenu } from './citizen/command-menu.js'
import { type LinkedDeviceDeps, openLinkedDevice } from './compose-linked-device.js'
import type { Config } from './config.js'
import type { MovableClock } from './delivery/clock.js'
import { nextDigestAt } from './domain/clocks.js'
import { type HttpDeps, type HttpServer, startHttp, type TelegramWebhook } from './http/server.js'
import { as, type ChannelName, LOCALES, type Locale } from './kernel/ids.js'
import type { Log } from './kernel/logger.js'
import type { Text } from './kernel/text.js'
import type { ChannelAdapter, OnEvents } from './messaging/channel.js'
import type { MediaStore } from './messaging/media-store.js'
import type { Translate } from './messaging/translate.js'
import { staffMenu } from './staff/command-menu.js'
import type { Presence } from './storage/presence.js'

/** The lines in and out, and the HTTP server that some of them need. */
export interface Channels {
  readonly adapters: ReadonlyMap<ChannelName, ChannelAdapter>
  readonly simulator?: Simulator
  readonly simulatorUrl?: string
  readonly http?: HttpServer
  /** What this process takes in, as it stands. */
  lines(): readonly LineState[]
  /** The link that opens the staff bot with an invitation's token. */
  inviteLink(channel: ChannelName, token: string): string
  /** Seats the simulator's staff and serves HTTP. */
  open(): Promise<void>
  /** Begins to take in. Waits as long as a network is away; rejects when it refuses us (a wrong token). */
  start(receiverFor: (adapter: ChannelAdapter) => OnEvents): Promise<void>
  /** Takes nothing new; sending still works. */
  stop(): Promise<void>
  /** Nothing can be sent any more. */
  hangUp(): Promise<void>
}

export interface ChannelDeps {
  readonly config: Config
  readonly log: Log
  readonly translate: Translate
  /** Set when the simulator is on. */
  readonly clock?: MovableClock
  /** GeoJSON, as it was read. */
  readonly boundary: Parameters<typeof simulatorRoutes>[0]['boundary']
  readonly presence: Presence
  readonly watch: Pick<HttpDeps, 'notReady' | 'metrics'>
  readonly media: MediaStore
  readonly unitOfWork: UnitOfWork
  /** Under which ids the Cloud API knows people. */
  readonly people: People
  /** What the linked device keeps. */
  readonly device: DeviceStore
  readonly sayAgain: LinkedDeviceDeps['sayAgain']
}

/** Builds the configured channels; nothing is taken in before `start`. */
export async function openChannels(deps: ChannelDeps): Promise<Channels> {
  const { config, log, media, clock, watch } = deps
  const leading = new Map<ChannelName, boolean>()
  const started = new Set<ChannelName>()
  const telegram = openTelegram(deps, leading)
  const openMedia = (key: Parameters<MediaStore['get']>[0]) => media.get(key)
  const simulator = clock && createSimulator({ dataDir: config.dataDir, log, openMedia, clock })
  const cloud = openCloud(deps)
  const device = openLinkedDevice({
    ...deps,
    store: deps.device,
    lead: deps.presence.lead,
    clock: clock ?? { now: () => new Date() },
    ...(process.stdout.isTTY && { terminal: process.stdout }),
  })
  const list: ChannelAdapter[] = [
    ...telegram,
    ...(cloud ? [cloud] : []),
    ...(device ? [device] : []),
    ...(simulator?.adapters ?? []),
  ]
  const adapters = new Map(list.map((adapter) => [adapter.name, adapter]))
  const token = randomBytes(24).toString('base64url')
  let http: HttpServer | undefined
  const takesIn = config.roles.includes('channels')

  const lines = (): LineState[] =>
    (takesIn ? list : []).map(({ name, sendsHere }) => ({
      channel: name,
      sends: sendsHere?.(),
      started: started.has(name),
      leads: name === device?.name ? device.leads() : leading.get(name),
      trouble: name === cloud?.name ? cloud.trouble() : undefined,
      link: name === device?.name ? device.link() : undefined,
    }))

  async function serve(): Promise<void> {
    if (!config.roles.includes('http')) return
    const plugins = [
      ...(simulator && clock ? [simulatorPage(deps, simulator, clock, token)] : []),
      ...(cloud ? [cloudRoutes(cloud, log)] : []),
    ]
    const webhooks = new Map<string, TelegramWebhook>(
      telegram.map((adapter) => [adapter.name, (body, secret) => adapter.handleWebhook(body, secret)]),
    )
    http = await startHttp({ ...config.http, ...watch, lines, plugins, webhooks, log })
  }

  return {
    adapters,
    simulator,
    get http() {
      return http
    },
    get simulatorUrl() {
      return simulator && http && `${http.url}/simulator?token=${token}`
    },
    lines,
    inviteLink(channel, invite) {
      const bot = telegram.find(({ name }) => name === channel)
      return bot ? `https://t.me/${bot.botUsername}?start=${invite}` : `/start ${invite}`
    },
    async open() {
      if (clock) await seatStaff(deps.unitOfWork, config.town, rosterOf(config.town), clock.now())
      else await unseatStaff(deps.unitOfWork, Object.values(SIMULATED), new Date())
      await serve()
    },
    async start(receiverFor) {
      if (!takesIn) return
      const begin = async (adapter: ChannelAdapter): Promise<void> => {
        await adapter.start(receiverFor(adapter))
        started.add(adapter.name)
      }
      await Promise.all(list.map(begin))
    },
    async stop() {
      await Promise.all(list.map((adapter) => (takesIn ? adapter.stop() : undefined)))
      await http?.stop()
    },
    async hangUp() {
      await Promise.all(list.map((adapter) => adapter.hangUp?.()))
    },
  }
}

function simulatorPage(deps: ChannelDeps, simulator: Simulator, clock: MovableClock, token: string) {
  const { town, http } = deps.config
  return simulatorRoutes({
    simulator,
    token,
    clock: { ...clock, nextDigest: () => nextDigestAt(town, clock.now()) },
    town,
    boundary: deps.boundary,
    host: http.host,
    port: http.port,
  })
}

function openCloud({ config, log, media, people, unitOfWork }: ChannelDeps): WhatsAppCloud | undefined {
  const { whatsapp, templates } = config
  if (whatsapp?.transport !== 'cloud') return undefined
  const channel = as<ChannelName>('whatsapp')
  return createWhatsAppCloud({
    ...whatsapp,
    templates,
    people,
    onSamePerson: (keep, other) =>
      unitOfWork.run((tx) => joinChats(tx, { channel, chat: keep }, { channel, chat: other }, new Date())),
    log,
    openMedia: (key) => media.get(key),
    onTrouble: (trouble, about) => unitOfWork.run((tx) => tellTrouble(tx, Date.now(), trouble, about)),
    onTemplate: (news) => unitOfWork.run((tx) => tellTemplate(tx, news)),
  })
}

function openTelegram(
  { config, log, translate, presence, media }: ChannelDeps,
  leading: Map<ChannelName, boolean>,
): TelegramAdapter[] {
  if (!config.telegram) return []
  const { citizenToken, staffToken, apiRoot, mode } = config.telegram
  const shared = {
    apiRoot,
    openMedia: (key: Parameters<MediaStore['get']>[0]) => media.get(key),
    log,
  }
  const menus = (menu: (locale: Locale) => readonly { command: string; description: Text }[]) => [
    ...LOCALES.map((language) => ({ language, commands: worded(menu(language), translate, language) })),
    { commands: worded(menu(config.town.locale), translate, config.town.locale) },
  ]
  /** Leads, and lets it be seen. */
  const leadAs =
    (name: string): Presence['lead'] =>
    async (key, signal) => {
      const channel = as<ChannelName>(name)
      leading.set(channel, false)
      const lead = await presence.lead(key, signal)
      const follow = () => leading.set(channel, false)
      leading.set(channel, true)
      lead.lost.addEventListener('abort', follow, { once: true })
      return { lost: lead.lost, release: () => lead.release().finally(follow) }
    }
  const modeFor = (name: string) =>
    mode.type === 'webhook' ? { ...mode, url: `${mode.publicUrl}/telegram/${name}` } : mode
  const citizens =
    citizenToken === undefined
      ? []
      : [
          createTelegramCitizens({
            ...shared,
            token: citizenToken,
            lead: leadAs('telegram'),
            mode: modeFor('telegram'),
            commands: menus(citizenMenu),
          }),
        ]
  const staff = createTelegramStaff({
    ...shared,
    token: staffToken,
    lead: leadAs('telegram-staff'),
    mode: modeFor('telegram-staff'),
    commands: menus(staffMenu),
  })
  return [...citizens, staff]
}

const worded = (
  menu: readonly { command: string; description: Text }[],
  translate: Translate,
  locale: Locale,
): { command: string; description: string }[] =>
  menu.map(({ command, description }) => ({ command, description: translate(description, locale) }))
