// The page: four places for phones, the clock, what is new where.
import { createClock } from './clock.js'
import { connect } from './connection.js'
import { el } from './dom.js'
import { setTimeZone } from './format.js'
import { createProjection } from './map.js'
import { createPhone } from './phone.js'
import { createPlace } from './place.js'
import { currentLanguage, onLanguage, setLanguage, t } from './texts.js'

const PLACES = ['buttons', 'plain', 'office', 'supervisor']
const BANNER_MS = 6_000
const $ = (id) => document.getElementById(id)
const narrow = matchMedia('(max-width: 719px)')

let phones = new Map()
let places = new Map()
let shownPlace = PLACES[0]
let bannerEnds
let connectionState

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

/** Without the product nothing here does anything: the page says so, and what helps. */
function showConnection(state) {
  connectionState = state
  const isOver = state === 'stopped' || state === 'restarted'
  showBanner(state === 'connecting' ? 'banner.connecting' : undefined)
  for (const part of [$('clock'), $('stage'), $('tabs')]) part.inert = isOver
  $('over').hidden = !isOver
  writeOver()
}

function writeOver() {
  if ($('over').hidden) return
  $('over').replaceChildren(
    el('h2', {}, t(`over.${connectionState}`)),
    el('p', {}, t(`over.${connectionState}.more`)),
  )
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

function greet({ town, boundary, phones: seats }) {
  setTimeZone(town.timeZone)
  $('town').textContent = town.name
  document.title = `Filo Diretto · ${town.name}`
  const map = createProjection(boundary)
  places = new Map(
    PLACES.map((role) => [
      role,
      createPlace(role, {
        isSeen: () => !narrow.matches || shownPlace === role,
        onTab: () => showPlace(role),
      }),
    ]),
  )
  phones = new Map(
    seats.map((seat) => {
      const place = places.get(seat.role)
      const deps = {
        town: town.name,
        map,
        say: (message) => connection.say(message) || void showBanner('banner.connecting'),
        complain: (key) => showBanner(key, BANNER_MS),
        openPhoto,
        name: () => place.nameOf(seat),
      }
      return [seat.id, createPhone(seat, deps)]
    }),
  )
  for (const [role, place] of places) place.fill([...phones.values()].filter((phone) => phone.role === role))
  $('stage').replaceChildren(...[...places.values()].map(({ element }) => element))
  $('tabs').replaceChildren(...[...places.values()].map(({ tab }) => tab))
  showPlace(shownPlace)
  relabel()
}

/** On a narrow screen one place is shown at a time. */
function showPlace(role) {
  shownPlace = role
  for (const [name, place] of places) {
    place.element.classList.toggle('current', name === role)
    place.tab.setAttribute('aria-current', String(name === role))
  }
  places.get(role).follow()
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
  writeOver()
  tick()
}

for (const button of document.querySelectorAll('[data-language]')) {
  button.addEventListener('click', () => setLanguage(button.dataset.language))
}
// On a wide screen all places are seen.
narrow.addEventListener('change', () => {
  for (const place of places.values()) place.markRead()
})
onLanguage(relabel)
setInterval(tick, 1_000)
