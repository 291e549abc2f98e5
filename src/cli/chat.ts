import { SIMULATED } from '../channels/simulator/simulator.js'
import { runTerminalChat } from '../channels/simulator/terminal.js'
import { startProduct } from '../compose.js'
import type { Config } from '../config.js'
import type { Log } from '../kernel/logger.js'

/** The product in this terminal, as a citizen without buttons meets it; no real channel, no page. */
export async function runChat(config: Config, log: Log): Promise<void> {
  const { telegram: _, ...local } = config
  const product = await startProduct(
    { ...local, simulator: true, roles: ['channels', 'delivery', 'schedule'] },
    log,
  )
  const { movableClock: clock, channels } = product
  try {
    if (!clock || !channels.simulator) throw new Error('The simulator did not start')
    await product.started
    await runTerminalChat({
      simulator: channels.simulator,
      town: config.town,
      clock,
      channel: SIMULATED.plain,
      io: { input: process.stdin, output: process.stdout },
    })
  } finally {
    await product.stop()
  }
}
