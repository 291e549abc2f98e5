import type { Config } from '../../config.js'
import { SECOND } from '../../kernel/clock.js'
import { NEWS_KINDS } from '../../messaging/news.js'
import { type Finding, fault, ok, warning } from './finding.js'

const ANSWER_WITHIN_MS = 10 * SECOND

/** Cloud API, "WhatsApp Business Phone Number"; or what is wrong. */
interface Answer {
  readonly display_phone_number?: string
  readonly verified_name?: string
  readonly quality_rating?: string
  readonly error?: { readonly code?: number; readonly message?: string }
}

/** News that every town has; without approved words for them there are calls to make. */
const USUAL = ['acknowledged', 'closed', 'reply'] as const

/** Does the number of the Cloud API answer, and are there words for who has been silent for a day? */
export async function checkWhatsApp({
  whatsapp,
  templates,
}: Pick<Config, 'whatsapp' | 'templates'>): Promise<Finding[]> {
  if (whatsapp?.transport !== 'cloud') return []
  const { apiRoot, phoneNumberId, token } = whatsapp
  const answer = await ask(
    `${apiRoot}/${phoneNumberId}?fields=display_phone_number,verified_name,quality_rating`,
    token,
  )
  if (!answer) {
    return [
      fault(
        'whatsapp',
        `${apiRoot} cannot be reached`,
        'look at the network, a proxy, WHATSAPP_CLOUD_API_ROOT',
      ),
    ]
  }
  if (answer.error) {
    const { code, message = '' } = answer.error
    const mend =
      code === 190 || code === 0
        ? 'make a new token of a system user at Meta, WHATSAPP_CLOUD_TOKEN'
        : 'look at WHATSAPP_CLOUD_PHONE_NUMBER_ID, and at the account on Meta’s site'
    return [fault('whatsapp', `Meta refuses: ${code ?? ''} ${message}`.trimEnd(), mend)]
  }
  const { display_phone_number: phone, verified_name: name, quality_rating: quality } = answer
  const missing = USUAL.filter((kind) => !templates[kind])
  const known = NEWS_KINDS.filter((kind) => templates[kind]).length
  return [
    ok('whatsapp', `${phone ?? phoneNumberId} ${name ?? ''} answers; ${known} templates are configured`),
    ...(quality === 'RED' || quality === 'YELLOW'
      ? [
          warning(
            'whatsapp',
            `Meta rates the quality of the number ${quality}`,
            'people block or report it: look at the number on Meta’s site, before sending is cut down',
          ),
        ]
      : []),
    ...(missing.length > 0
      ? [
          warning(
            'whatsapp',
            `no template for ${missing.join(', ')}: a day after somebody wrote last, there is a call to make instead`,
            'whatsapp.templates in the municipality file; README, "WhatsApp by the Cloud API"',
          ),
        ]
      : []),
  ]
}

/** Undefined: nobody answers there, or not as Meta does. */
async function ask(url: string, token: string): Promise<Answer | undefined> {
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    return (await response.json()) as Answer
  } catch {
    return undefined
  }
}
