// Elements without markup strings: whatever a person wrote can only ever become text.

const SVG = 'http://www.w3.org/2000/svg'

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else if (name === 'testid') element.dataset.testid = value
    else if (name === 'value' || name === 'disabled' || name === 'hidden') element[name] = value
    else element.setAttribute(name, value === true ? '' : value)
  }
  element.append(
    ...children.flat().filter((child) => child !== undefined && child !== null && child !== false),
  )
  return element
}

/** An HTML element; `onclick` and the like are listeners, strings among the children are text. */
export const el = (tag, properties = {}, ...children) =>
  fill(document.createElement(tag), properties, children)

export const svg = (tag, properties = {}, ...children) =>
  fill(document.createElementNS(SVG, tag), properties, children)

const ICONS = {
  send: 'M4 12l16-8-5 16-4-6z M11 14l9-10',
  attach:
    'M20 11.500l-8.200 8.200a5 5 0 0 1-7-7l8.500-8.500a3.400 3.400 0 0 1 4.800 4.800l-8.500 8.500a1.700 1.700 0 0 1-2.400-2.400l7.800-7.800',
  more: 'M12 5.500v.01 M12 12v.01 M12 18.500v.01',
  close: 'M6 6l12 12 M18 6L6 18',
  back: 'M15 5l-7 7 7 7',
  pin: 'M12 21c4.500-5 7-8.300 7-11a7 7 0 0 0-14 0c0 2.700 2.500 6 7 11z M12 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
  phone: 'M6 4h3l2 5-2.500 1.500a11 11 0 0 0 5 5L15 13l5 2v3a2 2 0 0 1-2 2A14 14 0 0 1 4 6a2 2 0 0 1 2-2z',
  voice: 'M12 15a3 3 0 0 0 3-3V7a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3z M6 11.500a6 6 0 0 0 12 0 M12 17.500V21',
  sticker: 'M12 21a9 9 0 1 1 9-9h-4a5 5 0 0 0-5 5z M12 21l9-9 M9 9.500v.01 M15 9.500v.01',
  block: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M5.700 5.700l12.600 12.600',
  photo: 'M4 6h16v13H4z M4 16l5-5 4 4 3-3 4 4 M15.500 9.500v.01',
  file: 'M6 3h8l4 4v14H6z M14 3v4h4',
  reply: 'M10 7L5 12l5 5 M5 12h9a5 5 0 0 1 5 5v1',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M12 7v5.500l3.500 2',
  tick: 'M5 12.500l4.500 4.500L19 7',
  ticks: 'M2 12.500l4.500 4.500L16 7 M11 16.500l.6.5L21 7',
  down: 'M5 9l7 7 7-7',
  plus: 'M12 5v14 M5 12h14',
  minus: 'M5 12h14',
}

export const icon = (name) =>
  svg(
    'svg',
    { viewBox: '0 0 24 24', class: `icon icon-${name}`, 'aria-hidden': 'true' },
    svg('path', { d: ICONS[name] }),
  )

/** A button that is only a picture: its name is read aloud and shown on hover. */
export const iconButton = (name, label, properties = {}) =>
  el(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': label, title: label, ...properties },
    icon(name),
  )
