// One message of a chat, as its app would draw it.
import { el, icon } from './dom.js'
import { timeOf } from './format.js'
import { coordinates, miniMap } from './map.js'
import { t } from './texts.js'

const LINKS = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)»])|(?<=^|\s)(\/[a-z_]{2,32})(?=$|[\s,.;:)])/g

export const fileUrl = (file) => `/simulator/files/${file}`

/** The message in one line: for a quotation and for who listens. */
export function summary({ content }) {
  switch (content.type) {
    case 'text':
      return content.text
    case 'photo':
      return content.caption ? `${t('photo')}: ${content.caption}` : t('photo')
    case 'document':
      return `${t('document')}: ${content.fileName}`
    case 'contact':
      return `${t('contact')}: ${content.phone}`
    case 'pin':
      return t('pin')
    default:
      return t(content.type)
  }
}

/** Addresses can be opened and commands tapped, as in the apps; everything else stays as it was written. */
function words(text, onCommand) {
  const parts = []
  let end = 0
  for (const match of text.matchAll(LINKS)) {
    const [found, url] = match
    if (!url && !onCommand) continue
    parts.push(text.slice(end, match.index))
    parts.push(
      url
        ? el('a', { href: url, target: '_blank', rel: 'noreferrer noopener' }, url)
        : el('button', { type: 'button', class: 'command', onclick: () => onCommand(found) }, found),
    )
    end = match.index + found.length
  }
  return el('p', { class: 'words' }, ...parts, text.slice(end))
}

/** Several photos of an album share one bubble. */
export function photoTile(content, onOpen) {
  const picture = el('img', { src: fileUrl(content.file), alt: content.caption ?? '', loading: 'lazy' })
  const label = content.caption ? `${t('photo.open')}: ${content.caption}` : t('photo.open')
  return el(
    'button',
    {
      type: 'button',
      class: 'photo',
      'aria-label': label,
      testid: 'photo',
      onclick: () => onOpen(fileUrl(content.file)),
    },
    picture,
  )
}

function inside(content, { map, onOpen, onCommand }) {
  switch (content.type) {
    case 'text':
      return [words(content.text, onCommand)]
    case 'photo':
      return [
        el('div', { class: 'album' }, photoTile(content, onOpen)),
        content.caption && words(content.caption),
      ]
    case 'document':
      return [
        el(
          'a',
          { class: 'attachment', href: fileUrl(content.file), target: '_blank', rel: 'noopener' },
          icon('file'),
          content.fileName,
        ),
      ]
    case 'voice':
      return [
        el('audio', {
          controls: true,
          preload: 'metadata',
          src: fileUrl(content.file),
          'aria-label': t('voice'),
        }),
      ]
    case 'pin':
      return [
        miniMap(map, content.point),
        el('p', { class: 'fact' }, icon('pin'), coordinates(content.point)),
      ]
    case 'contact':
      return [el('p', { class: 'fact' }, icon('phone'), content.phone)]
    default:
      return [el('p', { class: 'sticker', role: 'img', 'aria-label': t('sticker') }, '🌻')]
  }
}

const ticks = (status) =>
  status &&
  el(
    'span',
    { class: `ticks ${status}`, title: t(status), role: 'img', 'aria-label': t(status) },
    icon(status === 'stored' ? 'ticks' : 'tick'),
  )

function buttonsOf(message, onPress) {
  const rows = message.content.buttons ?? []
  if (rows.length === 0) return undefined
  const draw = ({ id, label }) =>
    el(
      'button',
      {
        type: 'button',
        class: 'choice',
        'data-choice': id,
        testid: 'choice',
        onclick: (event) => onPress(message.id, id, event.currentTarget),
      },
      label,
    )
  return el(
    'div',
    { class: 'choices' },
    ...rows.map((row) => el('div', { class: 'choice-row' }, ...row.map(draw))),
  )
}

/**
 * A list item with the bubble and its buttons.
 * `deps`: map, quoted (the message it replies to), onOpen, onPress, onReply, onCommand.
 */
export function drawBubble(message, deps) {
  const { by, at, status, edited, content } = message
  const quoted = deps.quoted && el('blockquote', {}, summary(deps.quoted))
  const foot = el(
    'footer',
    {},
    edited && el('span', {}, t('edited')),
    el('time', { datetime: at }, timeOf(at)),
    ticks(status),
  )
  const replyTo = (event) => {
    if (!event.target.closest('button, a, audio') && String(getSelection()) === '') deps.onReply(message)
  }
  const bubble = el(
    'div',
    { class: `bubble is-${content.type}`, onclick: replyTo },
    quoted,
    ...inside(content, deps),
    foot,
    el(
      'button',
      {
        type: 'button',
        class: 'reply',
        tabindex: -1,
        'aria-label': t('reply'),
        title: t('reply'),
        onclick: () => deps.onReply(message),
      },
      icon('reply'),
    ),
  )
  return el(
    'li',
    { class: `message by-${by}`, tabindex: -1, 'data-id': message.id, testid: `message-${by}` },
    bubble,
    buttonsOf(message, deps.onPress),
  )
}
