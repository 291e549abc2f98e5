/** One line of the doctor. */
export interface Finding {
  /** `warning`: it runs, and somebody should look; `fault`: it does not run, or not as it should. */
  readonly level: 'ok' | 'warning' | 'fault'
  /** What was looked at. */
  readonly what: string
  /** What was found; no secret, nothing of a person. */
  readonly says: string
  readonly mend?: string
}

export const ok = (what: string, says: string): Finding => ({ level: 'ok', what, says })
export const warning = (what: string, says: string, mend: string): Finding => ({
  level: 'warning',
  what,
  says,
  mend,
})
export const fault = (what: string, says: string, mend: string): Finding => ({
  level: 'fault',
  what,
  says,
  mend,
})

/** A check that breaks is a fault of what it looked at. Its sentence comes from our own code, which names no secret. */
export async function guarded(what: string, check: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await check()
  } catch (error) {
    return [fault(what, error instanceof Error ? error.message : String(error), 'see docs/operations.md')]
  }
}

const WIDTH = 12

export const formatFinding = ({ level, what, says, mend }: Finding): string =>
  `${level.padEnd(8)} ${what.padEnd(WIDTH)} ${says}${mend ? `\n${' '.repeat(WIDTH - 2)}→ ${mend}` : ''}`
