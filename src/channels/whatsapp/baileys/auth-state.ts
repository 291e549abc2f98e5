import {
  type AuthenticationCreds,
  type AuthenticationState,
  BufferJSON,
  initAuthCreds,
  proto,
  type SignalDataSet,
  type SignalDataTypeMap,
} from '@whiskeysockets/baileys'
import type { DeviceTerm, KeyRow, RawMessage } from '../../../app/linked-device-port.js'

const CREDS = { kind: 'creds', id: '' } as const
/** A kind of its own among the library's: messages that are written in the transaction of the keys that opened them. */
const INBOUND = 'inbound'

const toJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value, BufferJSON.replacer))
const fromJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value), BufferJSON.reviver)

/** What the library hands over to be kept with the next keys; only `rowsOf` reads it. */
export const withMessages = (messages: Readonly<Record<string, RawMessage>>): SignalDataSet =>
  ({ [INBOUND]: messages }) as SignalDataSet

export interface Auth {
  readonly state: AuthenticationState
  /** A phone has said that we are its linked device. */
  isLinked(): boolean
  /** Resolves once the credentials as they are now are kept. Rejects with `TermOver`. */
  save(): Promise<void>
}

/** The device's identity and keys; made new where there are none. */
export async function loadAuth(term: DeviceTerm): Promise<Auth> {
  const stored = (await term.keys(CREDS.kind, [CREDS.id])).get(CREDS.id)
  const creds = stored === undefined ? initAuthCreds() : (fromJson(stored) as AuthenticationCreds)
  let saved: Promise<void> = Promise.resolve()

  return {
    isLinked: () => Boolean(creds.account && creds.me),
    save() {
      const write = () => term.write([{ ...CREDS, value: toJson(creds) }])
      saved = saved.catch(() => undefined).then(write)
      return saved
    },
    state: {
      creds,
      keys: {
        async get<Kind extends keyof SignalDataTypeMap>(kind: Kind, ids: string[]) {
          const values = await term.keys(kind, ids)
          const found = [...values].map(([id, value]) => [id, revived(kind, fromJson(value))] as const)
          return Object.fromEntries(found) as { [id: string]: SignalDataTypeMap[Kind] }
        },
        set: (data) => term.write(rowsOf(data), messagesOf(data)),
        clear: () => term.wipe(),
      },
    },
  }
}

/** One kind is no plain object: the library wants its own. */
const revived = (kind: string, value: unknown): unknown =>
  kind === 'app-state-sync-key'
    ? proto.Message.AppStateSyncKeyData.fromObject(value as Record<string, unknown>)
    : value

const rowsOf = (data: SignalDataSet): KeyRow[] =>
  Object.entries(data).flatMap(([kind, values]) =>
    kind === INBOUND
      ? []
      : Object.entries(values ?? {}).map(([id, value]) => ({
          kind,
          id,
          value: value == null ? null : toJson(value),
        })),
  )

const messagesOf = (data: SignalDataSet): RawMessage[] =>
  Object.values((data as { [INBOUND]?: Record<string, RawMessage> })[INBOUND] ?? {})
