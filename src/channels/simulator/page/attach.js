// What can be attached: sample photos, own files, a place on the map; and the menu of rarer things.
import { el, icon, iconButton } from './dom.js'
import { compress, encode, isTooLarge, sample, voiceNote } from './files.js'
import { t } from './texts.js'

const SAMPLES = ['pothole', 'lamp', 'bin', 'tree']
/** Has the coordinates of its place in its EXIF data. */
const WITH_GPS = 'drain'

const sheet = (title, onBack, properties, ...children) =>
  el(
    'div',
    { class: 'sheet', ...properties },
    el('header', {}, iconButton('back', t('back'), { onclick: onBack }), el('h3', {}, title)),
    ...children,
  )

const entry = (name, label, properties) =>
  el('button', { type: 'button', class: 'entry', ...properties }, icon(name), el('span', {}, label))

/** `say(message)` sends, `complain(key)` tells why not; `onBack` closes the sheet, `onMap` opens the map. */
export function attachSheet({ say, complain, onBack, onMap }) {
  const chosen = new Set()
  const caption = el('input', {
    class: 'caption',
    placeholder: t('attach.caption'),
    'aria-label': t('attach.caption'),
    testid: 'caption',
  })
  const send = el(
    'button',
    { type: 'button', class: 'primary', disabled: true, testid: 'send-photos' },
    t('attach.choose'),
  )

  const tile = (name) => {
    const label = t(`attach.${name}`)
    const button = el(
      'button',
      { type: 'button', class: 'sample', 'aria-pressed': 'false', testid: `sample-${name}` },
      el('img', { src: `/simulator/page/photos/${name}.jpg`, alt: '' }),
      el('span', {}, label),
    )
    button.addEventListener('click', () => {
      if (!chosen.delete(name)) chosen.add(name)
      button.setAttribute('aria-pressed', String(chosen.has(name)))
      send.disabled = chosen.size === 0
      send.textContent = chosen.size === 0 ? t('attach.choose') : t('attach.send', { count: chosen.size })
    })
    return button
  }

  const sendPhotos = async (blobs) => {
    const photos = await Promise.all(blobs.map(encode))
    if (say({ type: 'photos', photos, caption: caption.value.trim() })) onBack()
  }
  const sendFile = async (blob, fileName) => {
    if (isTooLarge(blob)) return complain('refused.large')
    const content = await encode(blob)
    if (say({ type: 'document', content, fileName, mime: blob.type || 'application/octet-stream' })) onBack()
  }
  send.addEventListener('click', async () => sendPhotos(await Promise.all([...chosen].map(sample))))

  const picker = (accept, multiple, testid, onFiles) => {
    const input = el('input', {
      type: 'file',
      accept,
      multiple,
      class: 'unseen',
      tabindex: -1,
      'aria-hidden': 'true',
      testid,
    })
    input.addEventListener('change', () => onFiles([...input.files]))
    return input
  }
  const photos = picker('image/*', true, 'own-photo-input', async (files) => {
    const blobs = await Promise.all(files.slice(0, 10).map(compress)).catch(() => undefined)
    if (!blobs) return complain('refused.picture')
    if (blobs.length > 0) await sendPhotos(blobs)
  })
  const file = picker(undefined, false, 'own-file-input', async ([only]) => only && sendFile(only, only.name))

  return sheet(
    t('attach.title'),
    onBack,
    { testid: 'attach-sheet' },
    el('div', { class: 'samples' }, ...SAMPLES.map(tile)),
    el('div', { class: 'caption-row' }, caption, send),
    el(
      'div',
      { class: 'entries' },
      entry('pin', t('attach.location'), { onclick: onMap, testid: 'attach-location' }),
      entry('photo', t('attach.own'), { onclick: () => photos.click(), testid: 'attach-own-photo' }),
      entry('file', t('attach.file'), { onclick: () => file.click(), testid: 'attach-own-file' }),
      entry('photo', t('attach.gps'), {
        onclick: async () => sendFile(await sample(WITH_GPS), 'tombino.jpg'),
        testid: 'attach-gps',
      }),
      photos,
      file,
    ),
  )
}

/** The rarer things a person can do. */
export function menuSheet({ say, blocked, onBack }) {
  const done = (message) => say(message) && onBack()
  return sheet(
    t('more'),
    onBack,
    { class: 'sheet menu-sheet', testid: 'menu-sheet' },
    el(
      'div',
      { class: 'entries' },
      entry('voice', t('voice'), {
        onclick: async () =>
          done({ type: 'voice', content: await encode(await voiceNote()), mime: 'audio/ogg' }),
        testid: 'send-voice',
      }),
      entry('sticker', t('sticker'), { onclick: () => done({ type: 'sticker' }), testid: 'send-sticker' }),
      entry('block', t(blocked ? 'unblock' : 'block'), {
        onclick: () => done({ type: 'block', blocked: !blocked }),
        testid: 'block',
      }),
    ),
  )
}
