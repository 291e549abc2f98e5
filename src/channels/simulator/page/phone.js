// One phone: its chat, its typing box, what slides over it.
import { attachSheet, menuSheet } from './attach.js'
import { drawBubble, photoTile, summary } from './bubble.js'
import { createComposer } from './composer.js'
import { el, iconButton } from './dom.js'
import { dayOf } from './format.js'
import { mapPicker } from './map.js'
import { keepNewest } from './scrolling.js'
import { t } from './texts.js'

const GLOW_MS = 1_800
const CHAT_COLOURS = { buttons: 'blue', plain: 'green', office: 'slate', supervisor: 'plum' }
const TRY = {
  buttons: ['try.hello', 'try.report'],
  plain: ['try.hello', 'try.report'],
  office: ['try.queue', 'try.help'],
  supervisor: ['try.digest', 'try.help'],
}

/** `seat` as the product greets with it; `deps`: town, map, say(message), complain(key), openPhoto(url), name(). */
export function createPhone(seat, deps) {
  const { id, role } = seat
  const byId = new Map(seat.messages.map((message) => [message.id, message]))
  let state = seat.state
  let nodes = new Map()
  let albums = new Map()
  let lastDay = ''
  let glowing

  const time = el('time', { class: 'status-time' })
  const element = el('div', {
    class: `phone ${CHAT_COLOURS[role]}`,
    testid: `phone-${id}`,
    'data-role': role,
  })
  let list
  let empty
  let composer
  let locale
  let presence
  let overlay
  let newest
  let toEnd

  const say = (message) => deps.say({ ...message, phone: id })
  /** With the reply under way. */
  const saySomething = (message) => say({ ...message, replyTo: composer.takeReply() })

  const showSheet = (sheet) => {
    overlay.replaceChildren(...(sheet ? [sheet] : []))
    if (sheet) sheet.querySelector('button, [tabindex="0"]')?.focus()
    else element.querySelector('.typing')?.focus()
  }
  const closeSheet = () => showSheet(undefined)
  const openMap = () =>
    showSheet(
      mapPicker({
        map: deps.map,
        onBack: closeSheet,
        onSend: (point) => saySomething({ type: 'location', point }) && closeSheet(),
      }),
    )
  const openAttach = () =>
    showSheet(attachSheet({ say: saySomething, complain: deps.complain, onBack: closeSheet, onMap: openMap }))
  const openMenu = () => showSheet(menuSheet({ say, blocked: state.blocked, onBack: closeSheet }))

  const draw = (message) =>
    drawBubble(message, {
      map: deps.map,
      quoted: message.replyTo && byId.get(message.replyTo),
      onOpen: deps.openPhoto,
      onPress: (of, button, pressed) => {
        pressed.classList.add('pressed')
        say({ type: 'press', message: of, button })
      },
      onReply: (to) => composer.setReply(to),
      onCommand: role === 'plain' ? undefined : (command) => say({ type: 'text', text: command }),
    })

  const putIntoAlbum = (message) => {
    if (nodes.has(message.id)) return
    const tiles = albums.get(message.content.album)
    const tile = photoTile(message.content, deps.openPhoto)
    tiles.append(tile)
    tiles.dataset.count = tiles.childElementCount
    nodes.set(message.id, tile)
  }

  const put = (message, isFresh = false) => {
    const known = nodes.get(message.id)
    const { album } = message.content
    // The first picture of an album has the bubble, the others join it.
    if (album && albums.has(album) && !known?.classList.contains('message')) return putIntoAlbum(message)
    const node = draw(message)
    node.classList.toggle('fresh', isFresh)
    if (known) {
      if (album) node.querySelector('.album').replaceWith(albums.get(album))
      known.replaceWith(node)
    } else {
      const day = dayOf(message.at)
      if (day !== lastDay) list.append(el('li', { class: 'day' }, el('span', {}, day)))
      lastDay = day
      list.append(node)
    }
    newest.watch(node)
    nodes.set(message.id, node)
    if (album && !known) albums.set(album, node.querySelector('.album'))
  }

  const showState = () => {
    composer.show(state)
    locale.value = state.locale
    presence.textContent = t(state.blocked ? 'chat.blocked' : 'chat.bot')
    empty.hidden = byId.size > 0
  }

  const moveAmongBubbles = (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    const items = [...list.querySelectorAll('.message')]
    const at = items.indexOf(document.activeElement)
    if (step) {
      const next = items[at === -1 ? items.length - 1 : Math.min(items.length - 1, Math.max(0, at + step))]
      next?.focus()
      event.preventDefault()
    } else if (event.key === 'Enter' && at !== -1) {
      composer.setReply(byId.get(items[at].dataset.id))
      event.preventDefault()
    }
  }

  const build = () => {
    nodes = new Map()
    albums = new Map()
    lastDay = ''
    const kind = role === 'buttons' || role === 'plain' ? 'citizen' : 'staff'
    const greeting = role === 'supervisor' ? 'supervisor' : kind
    list = el('ol', {
      class: 'messages',
      tabindex: 0,
      'aria-label': t('chat.messages', { name: deps.name() }),
      testid: 'messages',
      onkeydown: moveAmongBubbles,
    })
    toEnd = iconButton('down', t('chat.down'), {
      class: 'icon-button down',
      hidden: true,
      testid: 'to-newest',
      onclick: () => newest.toEnd(),
    })
    newest?.stop()
    newest = keepNewest(list, (isAway) => {
      toEnd.hidden = !isAway
      if (!isAway) toEnd.classList.remove('news')
    })
    empty = el(
      'div',
      { class: 'empty', testid: 'empty' },
      el('img', { src: '/simulator/page/mark.svg', alt: '', width: 60, height: 60 }),
      el('strong', {}, t(`empty.${greeting}`)),
      el('p', {}, t(`empty.${greeting}.more`)),
      el(
        'div',
        { class: 'tries' },
        ...TRY[role].map((key) =>
          el(
            'button',
            {
              type: 'button',
              testid: key.replace('.', '-'),
              onclick: () => say({ type: 'text', text: t(key) }),
            },
            t(key),
          ),
        ),
      ),
    )
    presence = el('span', { class: 'presence' })
    locale = el(
      'select',
      {
        class: 'locale',
        'aria-label': t('chat.locale'),
        title: t('chat.locale'),
        testid: 'locale',
        onchange: () => say({ type: 'locale', locale: locale.value }),
      },
      el('option', { value: 'it' }, 'IT'),
      el('option', { value: 'en' }, 'EN'),
    )
    composer = createComposer({
      name: deps.name(),
      onText: (text) => saySomething({ type: 'text', text }),
      onAttach: openAttach,
      onMenu: openMenu,
      onKeyboard: (what) => (what === 'location' ? openMap() : say({ type: 'contact' })),
      onUnblock: () => say({ type: 'block', blocked: false }),
    })
    overlay = el('div', { class: 'overlay', onkeydown: (event) => event.key === 'Escape' && closeSheet() })
    element.replaceChildren(
      el(
        'div',
        { class: 'statusbar', 'aria-hidden': 'true' },
        time,
        el('span', { class: 'notch' }),
        el('span', { class: 'battery' }),
      ),
      el(
        'div',
        { class: 'topbar' },
        el('img', { src: '/simulator/page/mark.svg', alt: '', width: 36, height: 36 }),
        el('div', { class: 'who' }, el('strong', {}, t(`chat.${kind}`, { town: deps.town })), presence),
        locale,
      ),
      el('div', { class: 'chat' }, list, empty, toEnd),
      composer.element,
      overlay,
    )
    for (const message of byId.values()) put(message)
    showState()
    requestAnimationFrame(newest.follow)
  }

  build()

  return {
    id,
    role,
    office: seat.office,
    person: seat.name,
    element,
    /** Again, in the page's language. */
    rebuild: build,
    /** Shows the newest message. */
    follow: () => newest.follow(),
    setTime: (words) => {
      time.textContent = words
    },
    /** New and changed messages. Answers those that the bot has just said. */
    update(messages, changed) {
      const fresh = messages.filter((message) => !byId.has(message.id))
      state = changed
      for (const message of messages) {
        byId.set(message.id, message)
        put(message, fresh.includes(message))
      }
      for (const pressed of list.querySelectorAll('.pressed')) pressed.classList.remove('pressed')
      showState()
      if (fresh.some(({ by }) => by === 'person')) newest.follow()
      else if (!newest.followUnlessAway() && fresh.length > 0) toEnd.classList.add('news')
      return fresh.filter(({ by }) => by === 'bot')
    },
    glow() {
      element.classList.add('glow')
      clearTimeout(glowing)
      glowing = setTimeout(() => element.classList.remove('glow'), GLOW_MS)
    },
    spoken: (messages) => messages.map(summary).join(' '),
  }
}
