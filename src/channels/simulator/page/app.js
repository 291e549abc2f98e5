// The page: four places for phones, the clock, what is new where.
import { createClock } from './clock.js'
import { connect } from './connection.js'
import { el } from './dom.js'
import { setTimeZone } from './format.js'
import { createProjection } from './map.js'
import { createPhone } from './phone.js'
import { currentLanguage, onLanguage, setLanguage, t } from './texts.js'

const PLACES = ['buttons', 'plain', 'office', 'supervisor']
const BANNER_MS = 6_000
const $ = (id) => document.getElementById(id)
const narrow = matchMedia('(max-width: 719px)')

let phones = new Map()
let places = new Map()
let shownPlace = PLACES[0]
let bannerEnds

// The token did its work: it goes out of the address, and so out of the history.
history.replaceState(null, '', location.pathname)

const clock = createClock($('clock'), (by) => connection.say({ type: 'forward', by }))
const connection = connect({ onHeard: hear, onState: showConnection })

function showBanner(key, lasts) {
  clearTimeout(bannerEnds)
  $('banner').hidden = !key
  if (!key) return
  $('banner').textContent = t(key)
  if (lasts) bannerEnds = setTimeout(() => showBanner(undefined), lasts)
}

function showConnection(state) {
  showBanner({ connecting: 'banner.connecting', lost: 'banner.lost' }[state])
}

function hear(message) {
  if (message.type === 'hello') return greet(message)
  if (message.type === 'phone') return hearPhone(message)
  if (message.type === 'clock') clock.hear(message)
  else if (message.type === 'moved') clock.hearMoved(message)
  else if (message.type === 'refused') showBanner(`refused.${message.why}`, BANNER_MS)
  tick()
}

function hearPhone({ phone: id, state, messages }) {
  const phone = phones.get(id)
  const said = phone.update(messages, state)
  if (said.length === 0) return
  phone.glow()
  const place = places.get(phone.role)
  $('announcer').textContent = t('chat.new', { name: place.nameOf(phone), text: phone.spoken(said) })
  if (!place.isShown(phone)) place.markUnread(phone)
}

function greet({ town, boundary, centre, phones: seats }) {
  setTimeZone(town.timeZone)
  $('town').textContent = town.name
  document.title = `Filo Diretto · ${town.name}`
  const map = createProjection(boundary, centre)
  places = new Map(PLACES.map((role) => [role, createPlace(role)]))
  phones = new Map(
    seats.map((seat) => {
      const place = places.get(seat.role)
      const deps = {
        town: town.name,
        map,
        say: (message) => connection.say(message) || void showBanner('banner.lost'),
        complain: (key) => showBanner(key, BANNER_MS),
        openPhoto,
        name: () => place.nameOf(seat),
      }
      return [seat.id, createPhone(seat, deps)]
    }),
  )
  for (const phone of phones.values()) places.get(phone.role).add(phone)
  $('stage').replaceChildren(...[...places.values()].map(({ element }) => element))
  $('tabs').replaceChildren(...[...places.values()].map(({ tab }) => tab))
  showPlace(shownPlace)
  relabel()
}

/** A place on the page with one phone, or with one of several to choose from (the offices). */
function createPlace(role) {
  const members = []
  const unread = new Set()
  const title = el('h2', {})
  const about = el('p', {})
  const dot = el('span', { class: 'dot', role: 'img', hidden: true, testid: `unread-${role}` })
  const tabDot = el('span', { class: 'dot', hidden: true })
  const tabName = el('span', {})
  const tab = el(
    'button',
    { type: 'button', testid: `tab-${role}`, onclick: () => showPlace(role) },
    tabName,
    tabDot,
  )
  const choose = el('select', { class: 'office', testid: 'office-select' })
  const slot = el('div', { class: 'slot' })
  const initial = el('span', { class: `avatar avatar-${role}`, 'aria-hidden': 'true' })
  const element = el(
    'section',
    { class: 'place', 'data-role': role, testid: `place-${role}` },
    el('header', {}, initial, el('div', { class: 'name' }, title, about), dot, role === 'office' && choose),
    slot,
  )
  let current

  const nameOf = ({ office }) => (office ? (office[currentLanguage()] ?? office.it) : t(`seat.${role}`))
  const show = (phone) => {
    current = phone
    choose.value = phone.id
    for (const member of members) member.element.hidden = member !== phone
    phone.scrollToEnd()
    markRead()
  }
  const showUnread = () => {
    dot.hidden = unread.size === 0
    tabDot.hidden = unread.size === 0
    dot.setAttribute('aria-label', t('unread'))
    for (const option of choose.options) {
      const member = members.find(({ id }) => id === option.value)
      option.textContent = `${nameOf(member)}${unread.has(member) ? ' ●' : ''}`
    }
  }
  const markRead = () => {
    if (!narrow.matches || shownPlace === role) unread.delete(current)
    showUnread()
  }
  choose.addEventListener('change', () => show(members.find(({ id }) => id === choose.value)))

  return {
    element,
    tab,
    nameOf,
    markRead,
    isShown: (phone) => phone === current && (!narrow.matches || shownPlace === role),
    markUnread(phone) {
      unread.add(phone)
      showUnread()
    },
    add(phone) {
      members.push(phone)
      slot.append(phone.element)
      choose.append(el('option', { value: phone.id }, nameOf(phone)))
      show(members[0])
    },
    scrollToEnd: () => current.scrollToEnd(),
    relabel() {
      title.textContent = t(`seat.${role}`)
      about.textContent = t(`about.${role}`)
      tabName.textContent = t(`tab.${role}`)
      initial.textContent = t(`tab.${role}`).charAt(0)
      choose.setAttribute('aria-label', t('office.choose'))
      showUnread()
    },
  }
}

/** On a narrow screen one place is shown at a time. */
function showPlace(role) {
  shownPlace = role
  for (const [name, place] of places) {
    place.element.classList.toggle('current', name === role)
    place.tab.setAttribute('aria-current', String(name === role))
  }
  places.get(role).scrollToEnd()
  places.get(role).markRead()
}

function openPhoto(url) {
  const box = $('lightbox')
  box.querySelector('img').src = url
  box.showModal()
}
$('lightbox').addEventListener('click', () => $('lightbox').close())

function tick() {
  const time = clock.tick()
  for (const phone of phones.values()) phone.setTime(time)
}

function relabel() {
  document.documentElement.lang = currentLanguage()
  for (const node of document.querySelectorAll('[data-t]')) node.textContent = t(node.dataset.t)
  for (const node of document.querySelectorAll('[data-t-label]'))
    node.setAttribute('aria-label', t(node.dataset.tLabel))
  for (const button of document.querySelectorAll('[data-language]')) {
    button.setAttribute('aria-pressed', String(button.dataset.language === currentLanguage()))
  }
  for (const place of places.values()) place.relabel()
  for (const phone of phones.values()) phone.rebuild()
  clock.relabel()
  tick()
}

for (const button of document.querySelectorAll('[data-language]')) {
  button.addEventListener('click', () => setLanguage(button.dataset.language))
}
onLanguage(relabel)
setInterval(tick, 1_000)
