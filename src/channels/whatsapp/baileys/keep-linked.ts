import { setTimeout as delay } from 'node:timers/promises'
import type { DeviceStore, DeviceTerm } from '../../../app/linked-device-port.js'
import { HOUR, MINUTE, SECOND } from '../../../kernel/clock.js'
import type { Log } from '../../../kernel/logger.js'
import { type Auth, loadAuth } from './auth-state.js'
import type { Connection, ConnectionDeps } from './connection.js'
import { openConnection } from './connection.js'
import { createJournal } from './journal.js'
import { createStateNotes, type Seen, type StateNotes, whyUnlinked } from './note-state.js'
import { afterClose, failuresAfter, pauseMs, type Went } from './reconnect.js'
import { createWishes } from './wait-for-wish.js'

/** Resolves when this process is the one that may do what `key` names; rejects when `signal` aborts before. */
export type Lead = (
  key: string,
  signal: AbortSignal,
) => Promise<{
  /** Aborts when another may have taken over. */
  readonly lost: AbortSignal
  release(): Promise<void>
}>

/** What links the device. */
export interface PairingCode {
  readonly type: 'qr' | 'digits'
  readonly code: string
  /** Of one attempt, from 0. */
  readonly nth: number
  /** In the staff bot; else somebody at the terminal waits for it. */
  readonly asked: boolean
}

export interface KeeperDeps {
  readonly store: DeviceStore
  readonly lead: Lead
  readonly network: ConnectionDeps['network']
  readonly findSent: ConnectionDeps['findSent']
  /** Digits: link by a code that is typed on this phone, instead of a picture. */
  readonly pairingPhone?: string
  /** Somebody sits at a terminal: the first code is shown there without being asked for. */
  readonly watched: boolean
  readonly log: Log
  /** Real milliseconds; resolves early when the signal aborts. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>
  onState(seen: Seen): Promise<void>
  onCode(code: PairingCode): Promise<void>
  /** Messages were kept. */
  onKept(): void
  onUpdates: ConnectionDeps['onUpdates']
}

/** For as long as this process leads. */
interface Term {
  readonly held: DeviceTerm
  /** Aborts at its end. */
  readonly over: AbortSignal
  readonly notes: StateNotes
}

export interface Keeper {
  /** Undefined: not connected. */
  connection(): Connection | undefined
  leads(): boolean
  /** Connects no more. A connection that stands goes on. */
  stop(): void
  /** Ends everything; resolves when another process may take over. */
  end(): Promise<void>
}

const KEY = 'whatsapp-linked-device'
/** Who is put out by another one comes back slowly: two who fight are both shut out. */
const YIELD_MS = 15 * SECOND
const LONGEST_YIELD_MS = 10 * MINUTE
const STOPPED_MS = HOUR
/** The library's sessions go out of step now and then; more in a row are no accident. */
const ALERT_AFTER = 3

const realPause = (ms: number, signal: AbortSignal): Promise<void> =>
  // it rejects only when aborted
  delay(ms, undefined, { signal }).catch(() => undefined)

/** Keeps this installation linked: one process at a time, for as long as it lives. */
export function keepLinked(deps: KeeperDeps): Keeper {
  const { store, log, pause = realPause } = deps
  const wished = createWishes({ ...deps, pause })
  const stopping = new AbortController()
  const ending = new AbortController()
  let current: Connection | undefined
  let leading = false

  /** From opening to end. `code`: why it ended. */
  async function connectOnce(
    { held, over, notes }: Term,
    auth: Auth,
    asked: boolean,
  ): Promise<Went & { code: number | undefined }> {
    let openedAt: number | undefined
    let exchanged = false
    let codes = 0
    const journal = createJournal(auth.state.creds, () => {
      exchanged = true
      deps.onKept()
    })
    const show = (code: Omit<PairingCode, 'asked'>) =>
      deps
        .onCode({ ...code, asked })
        .catch((error: unknown) => log.warn({ error }, 'whatsapp: the code could not be shown'))
    const connection = openConnection({
      auth,
      journal,
      findSent: deps.findSent,
      network: deps.network,
      log,
      onOpen() {
        openedAt = performance.now()
        current = connection
        notes.note({ state: 'open' })
      },
      onQr(code) {
        const nth = codes++
        if (deps.pairingPhone === undefined) void show({ type: 'qr', code, nth })
        else if (nth === 0) void askForDigits(connection, deps.pairingPhone)
      },
      onTaken() {
        exchanged = true
      },
      onMessages: (messages) => void keepOthers(held, journal, messages),
      onUpdates: deps.onUpdates,
    })
    async function askForDigits({ socket }: Connection, phone: string): Promise<void> {
      try {
        await show({ type: 'digits', code: await socket.requestPairingCode(phone), nth: 0 })
      } catch {
        log.warn({}, 'whatsapp: no code to type could be had')
        void connection.end()
      }
    }
    const end = () => void connection.end()
    over.addEventListener('abort', end, { once: true })
    // nobody tells a listener of what has been
    if (over.aborted) end()
    const code = await connection.ended
    over.removeEventListener('abort', end)
    current = undefined
    return { code, stoodMs: openedAt === undefined ? 0 : performance.now() - openedAt, exchanged }
  }

  /** What the library hands over and was not seen on its way in: a message that the phone sent again, for example. */
  async function keepOthers(
    term: DeviceTerm,
    journal: ReturnType<typeof createJournal>,
    messages: Parameters<ConnectionDeps['onMessages']>[0],
  ): Promise<void> {
    const others = journal.notSeen(messages)
    if (others.length === 0) return
    try {
      await term.write([], others)
      deps.onKept()
    } catch (error) {
      log.error({ error }, 'whatsapp: a message could not be kept')
    }
  }

  /** Until this process leads no more, or gives way. */
  async function term(over: AbortSignal): Promise<'yielded' | undefined> {
    const held = await store.beginTerm()
    const notes = createStateNotes({ write: deps.onState, pause, over, log })
    try {
      return await keepConnected({ held, over, notes })
    } finally {
      await notes.end()
    }
  }

  async function keepConnected(term: Term): Promise<'yielded' | undefined> {
    const { held, over, notes } = term
    let auth = await loadAuth(held)
    let why = whyUnlinked(await store.lastSeen())
    let failures = 0
    deps.onKept()
    while (!over.aborted && !stopping.signal.aborted) {
      let asked: Awaited<ReturnType<typeof wished>>
      if (!auth.isLinked()) {
        notes.note({ state: 'unlinked', why })
        asked = await wished(AbortSignal.any([over, stopping.signal]))
        if (asked === undefined) return
        // what a half-done attempt left behind would be taken for a login
        await held.wipe()
        auth = await loadAuth(held)
      }
      const { code, ...went } = await connectOnce(term, auth, asked === 'bot')
      if (over.aborted || stopping.signal.aborted) return
      const next = afterClose(code)
      failures = failuresAfter(failures, went)
      log.info({ code, next: next.do, failures }, 'whatsapp: the connection has ended')
      if (!auth.isLinked()) continue
      if (next.do === 'link-again') {
        await held.wipe()
        auth = await loadAuth(held)
        why = 'logged-out'
      } else if (next.do === 'yield') {
        notes.note({ state: 'down', why: 'replaced' })
        return 'yielded'
      } else if (next.do === 'stop') {
        notes.note({ state: 'stopped', why: next.why })
        await pause(STOPPED_MS, over)
      } else if (next.when === 'later') {
        if (next.alert && failures >= ALERT_AFTER) notes.note({ state: 'stopped', why: next.alert })
        else notes.note({ state: 'down', why: String(code ?? 'lost') })
        await pause(pauseMs(failures, Math.random()), over)
      }
    }
  }

  async function run(): Promise<void> {
    let yields = 0
    while (!stopping.signal.aborted) {
      let lead: Awaited<ReturnType<Lead>> | undefined
      let yielded = false
      try {
        lead = await deps.lead(KEY, stopping.signal)
        leading = true
        yielded = (await term(AbortSignal.any([ending.signal, lead.lost]))) === 'yielded'
      } catch (error) {
        if (!stopping.signal.aborted) log.warn({ error }, 'whatsapp: trouble with the link; beginning again')
      }
      leading = false
      await lead?.release().catch(() => undefined)
      yields = yielded ? yields + 1 : 0
      if (stopping.signal.aborted) return
      await pause(
        yielded ? Math.min(LONGEST_YIELD_MS, YIELD_MS * 2 ** (yields - 1)) : SECOND,
        stopping.signal,
      )
    }
  }

  const done = run()
  return {
    connection: () => current,
    leads: () => leading,
    stop: () => stopping.abort(),
    async end() {
      stopping.abort()
      ending.abort()
      await done
    },
  }
}
