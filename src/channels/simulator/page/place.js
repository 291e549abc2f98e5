// A place on the page: one phone, or one of several to choose from (the offices).
import { el } from './dom.js'
import { currentLanguage, t } from './texts.js'

/** `isSeen()`: the place is on the screen; `onTab()`: its tab was pressed. */
export function createPlace(role, { isSeen, onTab }) {
  const members = []
  const unread = new Set()
  const stored = `filo-shown-${role}`
  const title = el('h2', {})
  const about = el('p', {})
  const dot = el('span', { class: 'dot', role: 'img', hidden: true, testid: `unread-${role}` })
  const tabDot = el('span', { class: 'dot', hidden: true })
  const tabName = el('span', {})
  const tab = el('button', { type: 'button', testid: `tab-${role}`, onclick: onTab }, tabName, tabDot)
  const choose = el('select', { class: 'office', testid: 'office-select' })
  const elsewhere = el('button', {
    type: 'button',
    class: 'elsewhere',
    hidden: true,
    testid: 'office-unread',
    onclick: () => show([...unread][0]),
  })
  const slot = el('div', { class: 'slot' })
  const initial = el('span', { class: `avatar avatar-${role}`, 'aria-hidden': 'true' })
  const element = el(
    'section',
    { class: 'place', 'data-role': role, testid: `place-${role}` },
    el(
      'header',
      {},
      initial,
      el('div', { class: 'name' }, role === 'office' ? choose : title, about),
      dot,
      role === 'office' && elsewhere,
    ),
    slot,
  )
  let current

  const nameOf = ({ office }) => (office ? (office[currentLanguage()] ?? office.it) : t(`seat.${role}`))
  const showUnread = () => {
    dot.hidden = !unread.has(current)
    tabDot.hidden = unread.size === 0
    dot.setAttribute('aria-label', t('unread'))
    const [other] = [...unread].filter((member) => member !== current)
    elsewhere.hidden = !other
    if (other) elsewhere.textContent = t('office.elsewhere', { office: nameOf(other) })
    for (const option of choose.options) {
      const member = members.find(({ id }) => id === option.value)
      option.textContent = `${nameOf(member)}${unread.has(member) ? ' ●' : ''}`
    }
  }
  const writeAbout = () => {
    about.textContent = t(`about.${role}`, { name: current?.person })
    about.title = about.textContent
  }
  const markRead = () => {
    if (isSeen()) unread.delete(current)
    showUnread()
  }
  function show(phone) {
    current = phone
    choose.value = phone.id
    sessionStorage.setItem(stored, phone.id)
    for (const member of members) member.element.hidden = member !== phone
    writeAbout()
    phone.follow()
    markRead()
  }
  choose.addEventListener('change', () => show(members.find(({ id }) => id === choose.value)))

  return {
    element,
    tab,
    nameOf,
    markRead,
    isShown: (phone) => phone === current && isSeen(),
    markUnread(phone) {
      unread.add(phone)
      showUnread()
    },
    fill(phones) {
      members.push(...phones)
      slot.append(...phones.map((phone) => phone.element))
      choose.append(...phones.map((phone) => el('option', { value: phone.id }, nameOf(phone))))
      show(phones.find(({ id }) => id === sessionStorage.getItem(stored)) ?? phones[0])
    },
    follow: () => current.follow(),
    relabel() {
      title.textContent = t(`seat.${role}`)
      element.setAttribute('aria-label', t(`seat.${role}`))
      writeAbout()
      tabName.textContent = t(`tab.${role}`)
      initial.textContent = t(`tab.${role}`).charAt(0)
      choose.setAttribute('aria-label', t('office.choose'))
      showUnread()
    },
  }
}
