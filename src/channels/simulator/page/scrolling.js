// Keeps the newest message in sight, until a person scrolls away to read.

const NEAR_END_PX = 60
const GAP_PX = 8
/** A scroll so soon after the hand moved is the hand's; others come from what grows and shrinks. */
const BY_HAND_MS = 700
const KEYS = new Set(['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End'])

/** `list` scrolls and holds the messages; `onAway(isAway)` hears whether its end is out of sight. */
export function keepNewest(list, onAway) {
  let follows = true
  let touchedAt = -BY_HAND_MS

  const touched = () => {
    touchedAt = performance.now()
  }
  const isNear = () => list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX
  const follow = () => {
    follows = true
    const last = list.lastElementChild
    // What is longer than the phone is read from its beginning.
    const isLong = last && last.offsetHeight > list.clientHeight && last.classList.contains('by-bot')
    list.scrollTop = isLong ? last.offsetTop - GAP_PX : list.scrollHeight
    onAway(!isNear())
  }
  const watch = new ResizeObserver(() => (follows ? follow() : onAway(!isNear())))
  watch.observe(list)

  list.addEventListener('wheel', touched, { passive: true })
  list.addEventListener('touchmove', touched, { passive: true })
  list.addEventListener('keydown', ({ key }) => KEYS.has(key) && touched())
  // The list itself and none of its messages: its scroll bar.
  list.addEventListener('pointerdown', ({ target }) => target === list && touched())
  list.addEventListener('scroll', () => {
    if (isNear()) follows = true
    else if (performance.now() - touchedAt < BY_HAND_MS) follows = false
    onAway(!isNear())
  })

  return {
    follow,
    /** For a new message: whoever reads further up is left in peace (false). */
    followUnlessAway() {
      if (follows) follow()
      return follows
    },
    toEnd() {
      follows = true
      list.scrollTop = list.scrollHeight
      list.focus({ preventScroll: true })
    },
    /** A message that may grow or shrink later. */
    watch: (node) => watch.observe(node),
    stop: () => watch.disconnect(),
  }
}
