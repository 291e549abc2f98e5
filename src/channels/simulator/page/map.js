// The municipality drawn from its boundary: no tiles, no network. Equirectangular, scaled by cos(lat).
import { el, iconButton, svg } from './dom.js'
import { t } from './texts.js'

const KM_PER_DEGREE = 111.32
const MAX_ZOOM = 40
const DRAG_PX = 6
const PIN = 'M0 0c-5-6-8-9.500-8-14a8 8 0 0 1 16 0c0 4.500-3 8-8 14z'

/** Degrees to the units of the drawing, and back. */
export function createProjection(geometry) {
  const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat()
  const points = rings.flat()
  const [west, east] = range(points.map(([lon]) => lon))
  const [south, north] = range(points.map(([, lat]) => lat))
  const middle = { lat: (south + north) / 2, lon: (west + east) / 2 }
  const squeeze = Math.cos((middle.lat * Math.PI) / 180)
  const project = ({ lat, lon }) => ({ x: (lon - west) * squeeze, y: north - lat })
  const outline = rings
    .map(
      (ring) =>
        `M${ring
          .map(([lon, lat]) => project({ lat, lon }))
          .map(({ x, y }) => `${x.toFixed(5)} ${y.toFixed(5)}`)
          .join('L')}z`,
    )
    .join('')
  return {
    outline,
    project,
    unproject: ({ x, y }) => ({ lat: north - y, lon: west + x / squeeze }),
    middle,
    width: (east - west) * squeeze,
    height: north - south,
  }
}

const range = (numbers) => [Math.min(...numbers), Math.max(...numbers)]

function drawing(map, properties) {
  const shape = svg('path', { d: map.outline, class: 'map-town', 'fill-rule': 'evenodd' })
  const root = svg('svg', { class: 'map', preserveAspectRatio: 'xMidYMid meet', ...properties }, shape)
  return { root, shape }
}

const marker = (d, className) => svg('g', { class: className }, svg('path', { d }))
const place = (node, { x, y }, scale) =>
  node.setAttribute('transform', `translate(${x} ${y}) scale(${scale})`)

/** A small picture of where a pin lies. */
export function miniMap(map, point) {
  const { root } = drawing(map, { role: 'img', 'aria-label': `${t('pin')}: ${coordinates(point)}` })
  const pin = marker(PIN, 'map-pin')
  pin.append(svg('circle', { cy: -14, r: 3 }))
  const at = map.project(point)
  // A pin outside is shown too: the picture grows to reach it.
  const left = Math.min(0, at.x)
  const top = Math.min(0, at.y)
  const width = Math.max(map.width, at.x) - left
  const height = Math.max(map.height, at.y) - top
  const margin = 0.14 * Math.max(width, height)
  root.setAttribute(
    'viewBox',
    `${left - margin} ${top - margin} ${width + 2 * margin} ${height + 2 * margin}`,
  )
  root.append(pin)
  place(pin, at, (height + 2 * margin) / 110)
  return root
}

export const coordinates = ({ lat, lon }) => `${lat.toFixed(4)}, ${lon.toFixed(4)}`

/** The map to choose a place on. `onSend` gets the point. */
export function mapPicker({ map, onSend, onBack }) {
  const { root, shape } = drawing(map, {
    tabindex: 0,
    role: 'application',
    'aria-label': t('map.help'),
    testid: 'map',
  })
  const grid = svg('g', { class: 'map-grid' })
  const pin = marker(PIN, 'map-pin')
  pin.append(svg('circle', { cy: -14, r: 3 }))
  const bar = el('span', { class: 'map-bar' })
  const status = el('p', { class: 'map-status', role: 'status', testid: 'map-status' })
  const send = el(
    'button',
    { type: 'button', class: 'primary', disabled: true, testid: 'map-send', onclick: () => onSend(chosen) },
    t('map.send'),
  )
  const span = 1.14 * Math.max(map.width, map.height)
  let view = { x: map.width / 2, y: map.height / 2, zoom: 1 }
  let chosen

  root.prepend(grid)

  const draw = () => {
    const size = span / view.zoom
    root.setAttribute('viewBox', `${view.x - size / 2} ${view.y - size / 2} ${size} ${size}`)
    if (chosen) place(pin, map.project(chosen), size / 240)
    drawGrid(grid, view, size)
    const km =
      [50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1].find((length) => length < (size * KM_PER_DEGREE) / 3.2) ?? 0.1
    bar.textContent = km < 1 ? `${km * 1000} m` : `${km} km`
    bar.style.width = `${(100 * km) / (size * KM_PER_DEGREE)}%`
  }

  const choose = (at) => {
    chosen = map.unproject(at)
    root.append(pin)
    send.disabled = false
    const local = root.createSVGPoint()
    Object.assign(local, at)
    const inside = shape.isPointInFill(local)
    status.textContent = `${coordinates(chosen)} · ${t(inside ? 'map.inside' : 'map.outside')}`
    status.classList.toggle('outside', !inside)
    draw()
  }

  const zoom = (factor) => {
    const around = map.project(chosen ?? map.middle)
    const next = Math.min(MAX_ZOOM, Math.max(1, view.zoom * factor))
    view = next === 1 ? { x: map.width / 2, y: map.height / 2, zoom: 1 } : { ...around, zoom: next }
    draw()
  }

  listenToPointer(root, {
    tap: choose,
    drag: (dx, dy) => {
      view = { ...view, x: view.x - dx, y: view.y - dy }
      draw()
    },
  })
  root.addEventListener('wheel', (event) => {
    zoom(event.deltaY < 0 ? 1.25 : 0.8)
    event.preventDefault()
  })
  root.addEventListener('keydown', (event) => {
    const step = span / view.zoom / 40
    const [dx, dy] =
      { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? []
    const at = map.project(chosen ?? map.middle)
    if (dx !== undefined) choose({ x: at.x + dx * step, y: at.y + dy * step })
    else if (event.key === '+') zoom(2)
    else if (event.key === '-') zoom(0.5)
    else if (event.key === 'Enter' && chosen) onSend(chosen)
    else return
    event.preventDefault()
  })
  draw()

  return el(
    'div',
    { class: 'sheet map-sheet', testid: 'map-sheet' },
    el('header', {}, iconButton('back', t('back'), { onclick: onBack }), el('h3', {}, t('map.title'))),
    el(
      'div',
      { class: 'map-frame' },
      root,
      bar,
      el(
        'div',
        { class: 'map-zoom' },
        iconButton('plus', t('map.in'), { onclick: () => zoom(2), testid: 'map-in' }),
        iconButton('minus', t('map.out'), { onclick: () => zoom(0.5), testid: 'map-out' }),
      ),
    ),
    el('footer', {}, status, send),
  )
}

function drawGrid(grid, { x, y }, size) {
  const step = [0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001].find((length) => length < size / 4) ?? 0.001
  const lines = []
  for (let i = -8; i <= 8; i++) {
    const at = (value) => (Math.round(value / step) + i) * step
    lines.push(svg('line', { x1: at(x), x2: at(x), y1: y - size, y2: y + size }))
    lines.push(svg('line', { y1: at(y), y2: at(y), x1: x - size, x2: x + size }))
  }
  grid.replaceChildren(...lines)
}

/** A short press is a tap, a moved one drags; both in the drawing's own units. */
function listenToPointer(root, { tap, drag }) {
  const locate = ({ clientX, clientY }) =>
    new DOMPoint(clientX, clientY).matrixTransform(root.getScreenCTM().inverse())
  let from
  let moved = false
  root.addEventListener('pointerdown', (event) => {
    from = event
    moved = false
    root.setPointerCapture(event.pointerId)
  })
  root.addEventListener('pointermove', (event) => {
    if (!from) return
    moved ||= Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) > DRAG_PX
    if (!moved) return
    const [a, b] = [locate(from), locate(event)]
    from = event
    drag(b.x - a.x, b.y - a.y)
  })
  root.addEventListener('pointerup', (event) => {
    if (from && !moved) {
      const { x, y } = locate(event)
      tap({ x, y })
    }
    from = undefined
  })
}
