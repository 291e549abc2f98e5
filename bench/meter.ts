/**
 * Loaded into each measured process with `--import`: answers the bench's question what the process has used so far.
 * The process itself knows nothing of it.
 */
export interface Reading {
  /** Microseconds of CPU since the process began, in it and in the kernel for it. */
  readonly cpuMicros: number
  readonly rssBytes: number
}

process.on('message', (question) => {
  if (question !== 'read') return
  const { user, system } = process.cpuUsage()
  const reading: Reading = { cpuMicros: user + system, rssBytes: process.memoryUsage.rss() }
  process.send?.(reading)
})
// The question alone must not keep the process alive.
process.channel?.unref()
