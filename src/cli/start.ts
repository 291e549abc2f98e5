import { startProduct } from '../compose.js'
import type { Config } from '../config.js'
import type { Log } from '../kernel/logger.js'
import { outliveOutages } from './outlive-outages.js'
import { untilStopped } from './until-stopped.js'

/** Runs the product until it is told to stop. */
export async function runStart(config: Config, log: Log): Promise<void> {
  const stopped = untilStopped()
  outliveOutages(log)
  const product = await startProduct(config, log)
  const { http } = product.channels
  if (product.simulatorUrl) {
    process.stdout.write(
      `\n  Filo Diretto – ${config.town.name}\n  Simulator: ${product.simulatorUrl}\n  Stop: Ctrl-C\n\n`,
    )
  } else {
    log.info({ http: http?.url, channels: [...product.channels.adapters.keys()] }, 'Filo Diretto is running')
  }
  try {
    const signal = await Promise.race([stopped, product.started.then(() => stopped)])
    log.info({ signal }, 'Stopping: what is under way is finished first')
  } finally {
    await product.stop()
  }
}
