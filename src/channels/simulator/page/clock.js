// Business time, and the buttons that move it.
import { el, icon } from './dom.js'
import { dayOf, momentOf, timeOf } from './format.js'
import { t } from './texts.js'

const WAYS = ['hour', 'day', 'tomorrow']

/** `onForward(by)`. Answers how to show what the product says about the time. */
export function createClock(root, onForward) {
  const day = el('span', { class: 'clock-day', testid: 'clock-day' })
  const time = el('time', { class: 'clock-time', testid: 'clock-time' })
  const caption = el('span', { class: 'clock-caption' })
  const digest = el('span', { class: 'clock-digest', testid: 'clock-digest' })
  const log = el('span', { class: 'clock-log', role: 'status', testid: 'clock-log' })
  const progress = el('progress', {
    max: 1,
    value: 0,
    hidden: true,
    'aria-label': t('clock.moving'),
    testid: 'clock-progress',
  })
  const buttons = WAYS.map((by) =>
    el('button', { type: 'button', onclick: () => onForward(by), testid: `forward-${by}` }),
  )
  root.replaceChildren(
    el(
      'div',
      { class: 'clock-face' },
      icon('clock'),
      el('div', {}, caption, el('div', { class: 'clock-now' }, day, ' ', time)),
    ),
    el('div', { class: 'clock-ways' }, ...buttons),
    el('div', { class: 'clock-notes' }, log, digest),
    progress,
  )
  let heard
  let heardAt = 0
  let from
  let moved

  /** The last that was heard, and what has gone by since. */
  const now = () => new Date(heard ? Date.parse(heard.now) + performance.now() - heardAt : Date.now())

  const writeLog = () => {
    if (heard?.until) log.textContent = t('clock.moving')
    else if (!moved) log.textContent = ''
    else if (!moved.timers && moved.messages === 0) log.textContent = t('clock.quiet')
    else {
      const timers = moved.timers === undefined ? '' : t('clock.timers', { count: moved.timers })
      log.textContent = t('clock.moved', { timers, messages: t('clock.messages', { count: moved.messages }) })
    }
  }

  return {
    /** Writes everything anew; answers the time in words. */
    tick() {
      day.textContent = dayOf(now())
      time.textContent = timeOf(now())
      time.dateTime = now().toISOString()
      return time.textContent
    },
    relabel() {
      caption.textContent = t('clock.now')
      for (const [at, by] of WAYS.entries()) buttons[at].textContent = t(`clock.${by}`)
      digest.textContent = heard?.nextDigest ? t('clock.digest', { when: momentOf(heard.nextDigest) }) : ''
      writeLog()
      this.tick()
    },
    hear(message) {
      if (message.until && !heard?.until) {
        from = message.now
        moved = undefined
      }
      heard = message
      heardAt = performance.now()
      const isMoving = Boolean(message.until)
      progress.hidden = !isMoving
      root.setAttribute('aria-busy', String(isMoving))
      if (isMoving)
        progress.value =
          (Date.parse(message.now) - Date.parse(from)) / (Date.parse(message.until) - Date.parse(from))
      for (const button of buttons) button.disabled = isMoving
      this.relabel()
    },
    hearMoved(message) {
      moved = message
      writeLog()
    },
  }
}
