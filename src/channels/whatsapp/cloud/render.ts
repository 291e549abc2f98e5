import type { Rendered } from '../../../messaging/outbound.js'

type TextPart = Extract<Rendered, { type: 'text' }>

/** A phone number goes into `to`; anything else there would be cut to its digits and lost without a word. */
export const recipient = (id: string): object =>
  /^\d+$/.test(id) ? { to: id } : { recipient_type: 'individual', recipient: id }

/** The message as the Cloud API takes it ("Messages"), but for whom it is; `file`: the id of an uploaded one. */
export function render(message: Rendered, file?: string): object {
  switch (message.type) {
    case 'text':
      return textOf(message)
    // Nothing can be changed afterwards: it is said anew.
    case 'edit':
      return plain(message.text)
    case 'pin':
      return { type: 'location', location: { latitude: message.point.lat, longitude: message.point.lon } }
    case 'photos':
      return { type: 'image', image: { id: file } }
    case 'voice':
      return { type: 'audio', audio: { id: file } }
    default:
      return message satisfies never
  }
}

const plain = (body: string): object => ({ type: 'text', text: { body, preview_url: false } })

function textOf({ text, buttons, list, ask, template }: TextPart): object {
  if (template) return { type: 'template', template: templateOf(template) }
  if (buttons?.length) {
    const replies = buttons.flat().map(({ id, label }) => ({ type: 'reply', reply: { id, title: label } }))
    return interactive('button', text, { buttons: replies })
  }
  if (list) {
    const rows = list.rows.map(({ id, label, detail }) => ({
      id,
      title: label,
      ...(detail && { description: detail }),
    }))
    return interactive('list', text, { button: list.label, sections: [{ rows }] })
  }
  if (ask?.what === 'location')
    return interactive('location_request_message', text, { name: 'send_location' })
  return plain(text)
}

const interactive = (type: string, text: string, action: object): object => ({
  type: 'interactive',
  interactive: { type, body: { text }, action },
})

function templateOf({ name, language, values, presses }: NonNullable<TextPart['template']>): object {
  const body = { type: 'body', parameters: values.map((text) => ({ type: 'text', text })) }
  const buttons = presses.map((payload, index) => ({
    type: 'button',
    sub_type: 'quick_reply',
    index: String(index),
    parameters: [{ type: 'payload', payload }],
  }))
  return {
    name,
    language: { code: language },
    components: [...(values.length > 0 ? [body] : []), ...buttons],
  }
}
