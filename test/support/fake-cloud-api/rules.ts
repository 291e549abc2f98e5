/** What Meta refuses, with its code ("Error codes"). `silent`: it answers as if all were well, and nothing arrives. */
export interface Refused {
  readonly code: number
  readonly message: string
  readonly status?: number
}

export interface FakeTemplate {
  readonly name: string
  readonly language: string
  /** Placeholders of the body. */
  readonly placeholders: number
  readonly buttons?: number
  readonly state: 'approved' | 'rejected' | 'paused'
}

/** A message as it was posted. */
export interface Posted {
  readonly to?: string
  readonly recipient?: string
  readonly type?: string
  readonly text?: { readonly body?: string }
  readonly interactive?: {
    readonly type?: string
    readonly body?: { readonly text?: string }
    readonly action?: {
      readonly buttons?: readonly { readonly reply: { readonly id: string; readonly title: string } }[]
      readonly button?: string
      readonly sections?: readonly {
        readonly rows: readonly {
          readonly id: string
          readonly title: string
          readonly description?: string
        }[]
      }[]
      readonly name?: string
    }
  }
  readonly template?: {
    readonly name: string
    readonly language: { readonly code: string }
    readonly components?: readonly {
      readonly type: string
      readonly index?: string
      readonly parameters: readonly { readonly text?: string; readonly payload?: string }[]
    }[]
  }
  readonly image?: { readonly id?: string }
  readonly audio?: { readonly id?: string }
  readonly location?: { readonly latitude: number; readonly longitude: number }
}

const BAD = 131009
const bad = (message: string): Refused => ({
  code: BAD,
  message: `(#131009) Parameter value is not valid: ${message}`,
})
const isLong = (text: string | undefined, most: number): boolean => !text || text.length > most

/** Limits of each kind of message ("Messages", "Interactive messages"). */
export function faultOf(message: Posted, hasFile: (id: string) => boolean): Refused | undefined {
  switch (message.type) {
    case 'text':
      return isLong(message.text?.body, 4096) ? bad('text.body') : undefined
    case 'interactive':
      return interactiveFault(message.interactive)
    case 'image':
    case 'audio': {
      const id = (message.image ?? message.audio)?.id
      return id && hasFile(id) ? undefined : bad('media id')
    }
    case 'location':
      return message.location ? undefined : bad('location')
    case 'template':
      return undefined
    default:
      return { code: 131051, message: 'Unsupported message type' }
  }
}

function interactiveFault(interactive: Posted['interactive']): Refused | undefined {
  const { type, body, action } = interactive ?? {}
  if (isLong(body?.text, 1024)) return bad('interactive.body.text')
  if (type === 'button') {
    const titles = (action?.buttons ?? []).map(({ reply }) => reply.title)
    const wrong = titles.length < 1 || titles.length > 3 || titles.some((title) => isLong(title, 20))
    return wrong || new Set(titles).size < titles.length ? bad('interactive.action.buttons') : undefined
  }
  if (type === 'list') {
    const rows = (action?.sections ?? []).flatMap((section) => section.rows)
    const wrong =
      rows.length < 1 ||
      rows.length > 10 ||
      isLong(action?.button, 20) ||
      rows.some((row) => isLong(row.title, 24) || (row.description ?? '').length > 72) ||
      new Set(rows.map(({ id }) => id)).size < rows.length
    return wrong ? bad('interactive.action.sections') : undefined
  }
  if (type === 'location_request_message')
    return action?.name === 'send_location' ? undefined : bad('action.name')
  return bad('interactive.type')
}

/** "Message templates": it exists in that language, is approved, and every placeholder is filled. */
export function templateFault(
  template: NonNullable<Posted['template']>,
  known: readonly FakeTemplate[],
): Refused | undefined {
  const found = known.find(
    ({ name, language }) => name === template.name && language === template.language.code,
  )
  if (!found || found.state === 'rejected')
    return { code: 132001, message: 'Template name does not exist in the translation', status: 404 }
  if (found.state === 'paused') return { code: 132015, message: 'Template is paused' }
  const components = template.components ?? []
  const values = components.filter(({ type }) => type === 'body').flatMap(({ parameters }) => parameters)
  const presses = components.filter(({ type }) => type === 'button')
  if (values.length !== found.placeholders || presses.length !== (found.buttons ?? 0))
    return { code: 132000, message: 'Number of parameters does not match the expected number of params' }
  return values.some(({ text }) => !text || /[\n\t]| {5}/.test(text))
    ? { code: 132018, message: 'There is an issue with the parameters in your template' }
    : undefined
}
