import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { UnitOfWork } from './app/ports.js'
import { sendDigests } from './app/send-digest.js'
import { citizenDialogs } from './citizen/dialogs.js'
import { type Channels, openChannels } from './compose-channels.js'
import { startMediaJobs } from './compose-jobs.js'
import { LAST_MESSAGES_MS, stopAll } from './compose-stop.js'
import { openWatch, warnOfOtherWay } from './compose-watch.js'
import type { Config } from './config.js'
import { createMovableClock, type MovableClock } from './delivery/clock.js'
import { createDispatcher, type Dispatcher } from './delivery/dispatcher.js'
import { migrateJobs } from './delivery/jobs.js'
import { sayAgain } from './delivery/say-again.js'
import { startSchedule } from './delivery/schedule.js'
import { fireDueTimers } from './delivery/timers.js'
import { nextDigestAt } from './domain/clocks.js'
import { createTranslator } from './i18n/translator.js'
import { citizenEffects, EFFECTS_ALONE } from './intake/citizen.js'
import { staffEffects } from './intake/officer.js'
import { createIntake, type Intake } from './intake/receive.js'
import { refusedByNetwork } from './intake/refused.js'
import { type EventId, replay } from './intake/replay.js'
import { createTimerHandlers } from './intake/timer-handlers.js'
import type { TurnDeps } from './intake/turns.js'
import type { Clock } from './kernel/clock.js'
import type { ChannelName } from './kernel/ids.js'
import type { Log } from './kernel/logger.js'
import { text } from './kernel/text.js'
import { fileStore } from './media/file-store.js'
import { s3Store } from './media/s3-store.js'
import type { ChannelAdapter } from './messaging/channel.js'
import type { Translate } from './messaging/translate.js'
import { createBoundary } from './places/boundary.js'
import { createPlaces } from './places/geocoder.js'
import { readStreets } from './places/streets.js'
import { staffDialogs } from './staff/dialogs.js'
import { createCloudPeople } from './storage/cloud-people-store.js'
import { openProductDatabase } from './storage/database.js'
import { createDeviceStore } from './storage/linked-device-store.js'
import { isDeadlock, isOutage } from './storage/outage.js'
import { createOutboxQueue } from './storage/outbox-queue.js'
import { openPresence } from './storage/presence.js'
import { readSetAside, type SetAsideEvent } from './storage/set-aside-store.js'
import { createSettings } from './storage/setting-store.js'
import { createUnitOfWork } from './storage/unit-of-work.js'

const LOCALES_FOLDER = fileURLToPath(new URL('../locales', import.meta.url))
const CLOCK_OFFSET = 'clock_offset_ms'

/** The running product. */
export interface Product {
  readonly config: Config
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
  readonly translate: Translate
  /** Set where no real channel is: business time can be moved. */
  readonly movableClock?: MovableClock
  readonly channels: Channels
  /** Where a person opens the simulator, token included. */
  readonly simulatorUrl?: string
  /** Resolves when every channel takes in; rejects when a network refuses us (a wrong token). */
  readonly started: Promise<void>
  /** Events that no turn could digest, the oldest first. */
  setAside(): Promise<SetAsideEvent[]>
  /** Takes one of them in again; rejects when it fails again. False: no such event waits. */
  replay(which: EventId): Promise<boolean>
  /** Resolves when no message is on its way. */
  settled(): Promise<void>
  /** Nothing new is taken, what is under way is finished, the last messages go out; then everything ends. */
  stop(): Promise<void>
}

/**
 * Builds the product and starts it. Rejects in sentences; what had started is stopped again.
 * @param realNow what the movable clock moves, in milliseconds since 1970; leases and pauses never use it
 */
export async function startProduct(config: Config, log: Log, realNow?: () => number): Promise<Product> {
  const undo: (() => Promise<unknown>)[] = []
  try {
    return await build(config, log, undo, realNow)
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => undefined)
    throw error
  }
}

async function build(
  config: Config,
  log: Log,
  undo: (() => Promise<unknown>)[],
  realNow?: () => number,
): Promise<Product> {
  const { town } = config
  const database = await openProductDatabase(config, log, (pool) => migrateJobs(pool, log))
  undo.push(() => database.close())
  const { dataSource } = database
  const translate = await createTranslator({
    folder: LOCALES_FOLDER,
    timeZone: town.timeZone,
    warn: (reason) => log.warn({ reason }, 'Texts'),
  })
  const boundaryFile = JSON.parse(await readFile(config.boundaryFile, 'utf8'))
  const boundary = createBoundary(boundaryFile)
  const streets = config.streets
    ? readStreets(await readFile(config.streets.file, 'utf8'), config.streets)
    : []
  const places = createPlaces({ boundary, streets })
  const media =
    config.mediaStore.type === 's3' ? s3Store(config.mediaStore) : fileStore(config.mediaStore.dir)

  let dispatcher: Dispatcher | undefined
  const presence = await openPresence(database.url, log)
  undo.push(() => presence.stop())
  const sendsHere = (channel: ChannelName) => {
    const adapter = dispatcher && adapters.get(channel)
    return adapter !== undefined && (adapter.sendsHere?.() ?? true)
  }
  const unitOfWork = createUnitOfWork(dataSource, {
    ownerFor: (channel) => (sendsHere(channel) ? presence.owner : undefined),
    deliver: (leases, behind) => dispatcher?.deliver(leases, behind),
  })

  const settings = createSettings(dataSource.manager)
  const movableClock = config.simulator
    ? createMovableClock(
        Number((await settings.get(CLOCK_OFFSET)) ?? 0),
        (ms) => settings.set(CLOCK_OFFSET, ms),
        {
          nextDue: async (now) => {
            const timer = await unitOfWork.run((tx) => tx.timers.nextDue())
            const digest = nextDigestAt(town, now)
            return timer && timer < digest ? timer : digest
          },
          tick: () => tick(),
        },
        realNow,
      )
    : undefined
  const clock: Clock = movableClock ?? { now: () => new Date() }

  // Only a word of warning: a database that is slow to count must not keep the product from starting.
  warnOfOtherWay(config, dataSource, log).catch((error) =>
    log.warn({ error }, 'Chats of the other way of WhatsApp could not be counted'),
  )
  const watch = openWatch({
    config,
    pool: database.pool,
    presence,
    clock,
    lines: () => channels.lines(),
  })
  const { metrics } = watch
  const queue = createOutboxQueue(dataSource)
  const channels: Channels = await openChannels({
    config,
    log,
    translate,
    clock: movableClock,
    boundary: boundaryFile,
    presence,
    watch: { notReady: watch.notReady, metrics: metrics.text },
    media,
    unitOfWork,
    people: createCloudPeople(dataSource.manager),
    device: createDeviceStore(dataSource),
    sayAgain: (...sent) => sayAgain({ queue, translate }, ...sent),
  })
  const adapters: ReadonlyMap<ChannelName, ChannelAdapter> = channels.adapters
  const world = { town, places, translate }
  const turn = (audience: TurnDeps['audience']): TurnDeps => ({ audience, world, now: () => clock.now() })
  const citizens = turn({
    name: 'citizen',
    dialogs: citizenDialogs,
    effects: citizenEffects,
    alone: EFFECTS_ALONE,
  })
  const remarks = config.whatsapp?.transport === 'baileys' ? [text('staff.digest.linked_device')] : []
  const outside = {
    remarks,
    newToken: () => randomBytes(32).toString('base64url'),
    linkFor: channels.inviteLink,
  }
  const staff = turn({ name: 'staff', dialogs: staffDialogs, effects: staffEffects(outside) })
  const intakeOf = (deps: TurnDeps): Intake =>
    createIntake({ ...deps, unitOfWork, log, isOutage, isDeadlock, figures: metrics })
  const intakes = { citizen: intakeOf(citizens), staff: intakeOf(staff) }

  const handlers = createTimerHandlers(citizens)
  async function tick(): Promise<number> {
    const fired = await fireDueTimers({ unitOfWork, handlers, log, isOutage }, clock.now())
    const digests = await unitOfWork.run((tx) => sendDigests(tx, { town, now: clock.now(), remarks }))
    metrics.digested(digests)
    return fired + digests
  }

  if (config.roles.includes('delivery')) {
    dispatcher = createDispatcher({
      queue,
      unitOfWork,
      adapters,
      translate,
      log,
      isOutage,
      owner: () => presence.owner,
      onSent: (result, channel) => metrics.sent(channel, result),
      onRefused: (tx, refused) => refusedByNetwork(tx, { town, now: clock.now() }, refused),
    })
    dispatcher.start()
    const sender = dispatcher
    undo.push(() => sender.stop(LAST_MESSAGES_MS))
  }
  const jobs = config.roles.includes('delivery')
    ? await startMediaJobs({ unitOfWork, adapters, store: media, citizens, log, database, presence })
    : undefined
  if (jobs) undo.push(() => jobs.stop())
  const schedule = config.roles.includes('schedule') ? await startSchedule(tick, log) : undefined
  if (schedule) undo.push(() => schedule.stop())
  undo.push(() => channels.hangUp())
  undo.push(() => channels.stop())
  await channels.open()
  const started = channels.start((adapter) => intakes[adapter.audience].receive)
  // Whoever waits for it hears of a failure; that nobody does yet is no reason to crash.
  started.catch(() => undefined)

  return {
    config,
    unitOfWork,
    clock,
    translate,
    movableClock,
    channels,
    started,
    simulatorUrl: channels.simulatorUrl,
    setAside: () => readSetAside(dataSource),
    replay: async (which) => {
      const adapter = adapters.get(which.channel)
      if (!adapter) return false
      return replay({ ...(adapter.audience === 'staff' ? staff : citizens), unitOfWork }, which)
    },
    settled: async () => dispatcher?.idle(),
    stop: () => stopAll({ watch, channels, intakes, schedule, jobs, dispatcher, presence, database }, log),
  }
}
