// The WebSocket to the product, with its own patience.

const AGAIN_AFTER_MS = 1_000

/**
 * Connects, and connects again whenever it ends. `onState` hears `connecting`, `open`, `stopped` (nothing answers) or
 * `restarted` (the product runs, but this page's token is of an earlier start).
 */
export function connect({ onHeard, onState }) {
  let socket
  const open = () => {
    socket = new WebSocket(`ws://${location.host}/simulator/socket`)
    socket.addEventListener('open', () => onState('open'))
    socket.addEventListener('message', ({ data }) => onHeard(JSON.parse(data)))
    socket.addEventListener('close', async () => {
      onState(await askWhy())
      // Also when refused: the new address, opened in another window of this browser, opens this page too.
      setTimeout(open, AGAIN_AFTER_MS)
    })
  }
  onState('connecting')
  open()
  return {
    /** False: there is no connection; nothing was sent. */
    say(message) {
      if (socket.readyState !== WebSocket.OPEN) return false
      socket.send(JSON.stringify(message))
      return true
    },
  }
}

const askWhy = () =>
  fetch('/simulator/page/mark.svg', { cache: 'no-store' }).then(
    ({ status }) => (status === 403 ? 'restarted' : 'connecting'),
    () => 'stopped',
  )
