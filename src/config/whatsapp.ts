import { z } from 'zod'

/** A linked device (Baileys). */
export interface WhatsAppWebConfig {
  readonly transport: 'baileys'
  /** Missing: WhatsApp's own. */
  readonly webSocketUrl?: string
  /** Of WhatsApp Web; missing: the one that the library knows. */
  readonly webVersion?: readonly [number, number, number]
  /** Digits, with the country's: link by a code instead of a picture. */
  readonly pairingPhone?: string
}

/** The WhatsApp Business Cloud API. */
export interface WhatsAppCloudConfig {
  readonly transport: 'cloud'
  readonly token: string
  readonly phoneNumberId: string
  readonly appSecret: string
  readonly verifyToken: string
  /** With the version, without a slash at the end. */
  readonly apiRoot: string
}

export type WhatsAppConfig = WhatsAppWebConfig | WhatsAppCloudConfig

const LOOPBACK = /^(?:localhost|\[::1\]|127\.0\.0\.1)$/
const WEB_SOCKET = 'a URL with wss, or ws on this machine: nothing but TLS proves who answers there'
const WEB_VERSION = 'three numbers with points between, such as 2.3000.1043857760'
const API_ROOT = 'a URL with https and a version of the Graph API, such as https://graph.facebook.com/v23.0'
const PHONE_NUMBER_ID = 'the digits that Meta shows as "Phone number ID" (not the phone number)'
const PAIRING_PHONE = 'the number of the phone with its country, such as +39 0172 123456'

/** Over an open line only to this machine: what is sent there is secret. */
const isSafe = (secure: string, open: string) => (value: string) => {
  const { protocol, hostname } = new URL(value)
  return protocol === secure || (protocol === open && LOOPBACK.test(hostname))
}

/** Errors are what would be right. */
export const whatsAppVariables = {
  WHATSAPP_TRANSPORT: z
    .enum(['off', 'baileys', 'cloud'], { error: 'off, baileys (a linked device), or cloud (the Cloud API)' })
    .default('off'),
  WHATSAPP_WEB_SOCKET_URL: z
    .url({ protocol: /^wss?$/, error: WEB_SOCKET, abort: true })
    .refine(isSafe('wss:', 'ws:'), { error: WEB_SOCKET })
    .optional(),
  WHATSAPP_WEB_VERSION: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/, { error: WEB_VERSION })
    .optional(),
  WHATSAPP_PAIRING_PHONE: z
    .string()
    .transform((phone) => phone.replace(/[\s./-]/g, '').replace(/^(?:\+|00)/, ''))
    .pipe(z.string().regex(/^[1-9]\d{6,14}$/, { error: PAIRING_PHONE }))
    .optional(),
  WHATSAPP_CLOUD_TOKEN: z.string().optional(),
  WHATSAPP_CLOUD_PHONE_NUMBER_ID: z
    .string()
    .regex(/^\d{5,20}$/, { error: PHONE_NUMBER_ID })
    .optional(),
  WHATSAPP_CLOUD_APP_SECRET: z.string().optional(),
  WHATSAPP_CLOUD_VERIFY_TOKEN: z.string().optional(),
  WHATSAPP_CLOUD_API_ROOT: z
    .url({ protocol: /^https?$/, error: API_ROOT, abort: true })
    .transform((root) => root.replace(/\/+$/, ''))
    .refine((root) => isSafe('https:', 'http:')(root) && /\/v\d+\.\d+$/.test(root), { error: API_ROOT })
    .optional(),
}

const CLOUD = [
  ['WHATSAPP_CLOUD_TOKEN', 'the token of a system user of Meta Business, which does not expire'],
  ['WHATSAPP_CLOUD_PHONE_NUMBER_ID', PHONE_NUMBER_ID],
  ['WHATSAPP_CLOUD_APP_SECRET', 'the secret of the app (App settings, Basic)'],
  ['WHATSAPP_CLOUD_VERIFY_TOKEN', 'any long random words; the same are typed in at Meta, beside the webhook'],
  ['WHATSAPP_CLOUD_API_ROOT', API_ROOT],
] as const

/** What the Cloud API cannot do without: it is said by `need`, with the reason. */
export function needWhatsApp(
  { WHATSAPP_TRANSPORT: transport }: Readonly<Record<string, string>>,
  need: (name: string, because: string, right: string) => void,
): void {
  if (transport !== 'cloud') return
  for (const [name, right] of CLOUD) need(name, 'WHATSAPP_TRANSPORT is cloud', right)
}

type Values = z.output<z.ZodObject<typeof whatsAppVariables>>

/** Undefined: off. The values have no faults. */
export function whatsAppOf(values: Values): WhatsAppConfig | undefined {
  switch (values.WHATSAPP_TRANSPORT) {
    case 'off':
      return undefined
    case 'baileys': {
      const { WHATSAPP_WEB_SOCKET_URL: webSocketUrl, WHATSAPP_PAIRING_PHONE: pairingPhone } = values
      const [one, two, three] = values.WHATSAPP_WEB_VERSION?.split('.').map(Number) ?? []
      return {
        transport: 'baileys',
        ...(webSocketUrl ? { webSocketUrl } : {}),
        ...(one === undefined || two === undefined || three === undefined
          ? {}
          : { webVersion: [one, two, three] }),
        ...(pairingPhone ? { pairingPhone } : {}),
      }
    }
    case 'cloud':
      return {
        transport: 'cloud',
        token: values.WHATSAPP_CLOUD_TOKEN ?? '',
        phoneNumberId: values.WHATSAPP_CLOUD_PHONE_NUMBER_ID ?? '',
        appSecret: values.WHATSAPP_CLOUD_APP_SECRET ?? '',
        verifyToken: values.WHATSAPP_CLOUD_VERIFY_TOKEN ?? '',
        apiRoot: values.WHATSAPP_CLOUD_API_ROOT ?? '',
      }
    default:
      return values.WHATSAPP_TRANSPORT satisfies never
  }
}
