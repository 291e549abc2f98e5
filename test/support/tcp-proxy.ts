import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** The way to a server, with everything that can happen to it. */
export interface TcpProxy {
  /** The given address, by this way. */
  readonly url: string
  /** Breaks every connection, frozen ones too; new ones are let through. */
  cut(): void
  /** While true nobody is let through, and what was open is broken. */
  close(closed: boolean): void
  /** From now on what is open says nothing and is not broken: a network that swallows. New ones are let through. */
  freeze(): void
  stop(): Promise<void>
}

export async function openProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target)
  const pairs = new Set<readonly [Socket, Socket]>()
  const frozen = new Set<Socket>()
  let closed = false

  const server = createServer((near) => {
    if (closed) return near.resetAndDestroy()
    const far = connect(Number(port), hostname)
    const pair = [near, far] as const
    pairs.add(pair)
    for (const [one, other] of [pair, [far, near] as const]) {
      one.on('data', (chunk) => !frozen.has(one) && other.write(chunk))
      one.on('error', () => undefined)
      one.on('close', () => {
        pairs.delete(pair)
        if (!frozen.has(one)) other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  const cut = () => {
    for (const socket of [...[...pairs].flat(), ...frozen]) socket.resetAndDestroy()
    frozen.clear()
  }
  return {
    url: url.href,
    cut,
    close(now) {
      closed = now
      if (closed) cut()
    },
    freeze() {
      for (const sockets of pairs) for (const socket of sockets) frozen.add(socket)
    },
    stop() {
      closed = true
      cut()
      return new Promise((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}
