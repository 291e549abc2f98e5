// Where a person writes: the app's own keyboard, the reply under way, the typing box.
import { summary } from './bubble.js'
import { el, icon, iconButton } from './dom.js'
import { t } from './texts.js'

const MAX_LINES_PX = 120

/**
 * `deps`: name, onText(text), onAttach(), onMenu(), onKeyboard(what), onUnblock().
 * Answers the element and how to change it.
 */
export function createComposer(deps) {
  const chip = el('div', { class: 'reply-chip', hidden: true, testid: 'reply-chip' })
  const keyboard = el('div', { class: 'app-keyboard', hidden: true, testid: 'keyboard' })
  const input = el('textarea', {
    rows: 1,
    class: 'typing',
    placeholder: t('write'),
    'aria-label': `${t('write')}: ${deps.name}`,
    testid: 'input',
    enterkeyhint: 'send',
  })
  const form = el(
    'form',
    { class: 'typing-row' },
    iconButton('attach', t('attach'), { onclick: deps.onAttach, testid: 'attach' }),
    input,
    iconButton('more', t('more'), { onclick: deps.onMenu, testid: 'menu', 'aria-haspopup': 'menu' }),
    iconButton('send', t('send'), { type: 'submit', class: 'icon-button send', testid: 'send' }),
  )
  const blocked = el(
    'div',
    { class: 'blocked', hidden: true, testid: 'blocked' },
    el('p', {}, t('blocked.note')),
    el(
      'button',
      { type: 'button', class: 'primary', onclick: deps.onUnblock, testid: 'unblock' },
      t('unblock'),
    ),
  )
  let replyTo

  const grow = () => {
    input.style.height = 'auto'
    input.style.height = `${Math.min(input.scrollHeight, MAX_LINES_PX)}px`
  }
  const setReply = (message) => {
    replyTo = message
    chip.hidden = !message
    chip.replaceChildren()
    if (!message) return
    const from = el('strong', {}, t('reply.to'))
    chip.append(
      icon('reply'),
      el('span', {}, from, ` ${summary(message)}`),
      iconButton('close', t('reply.stop'), { onclick: () => setReply(undefined) }),
    )
    input.focus()
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const text = input.value.trim()
    if (text === '' || !deps.onText(text)) return
    input.value = ''
    grow()
  })
  input.addEventListener('input', grow)
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault()
      form.requestSubmit()
    } else if (event.key === 'Escape') setReply(undefined)
  })

  return {
    element: el('div', { class: 'composer' }, chip, form, keyboard, blocked),
    setReply,
    /** The id that goes with the next message; asked once. */
    takeReply() {
      const id = replyTo?.id
      setReply(undefined)
      return id
    },
    show(state) {
      form.hidden = state.blocked
      blocked.hidden = !state.blocked
      keyboard.hidden = state.blocked || !state.keyboard
      if (!state.keyboard) return
      const { what, label, others } = state.keyboard
      const ask = el(
        'button',
        { type: 'button', class: 'ask', testid: `keyboard-${what}`, onclick: () => deps.onKeyboard(what) },
        label,
      )
      const other = (words) =>
        el('button', { type: 'button', testid: 'keyboard-other', onclick: () => deps.onText(words) }, words)
      keyboard.replaceChildren(ask, el('div', {}, ...others.map(other)))
    },
  }
}
