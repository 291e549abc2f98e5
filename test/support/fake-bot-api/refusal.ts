/** What the Bot API answers: the envelope around every result and every error. */
export type Answer =
  | { ok: true; result: unknown }
  | { ok: false; error_code: number; description: string; parameters?: { retry_after?: number } }

const PREFIXES: Record<number, string> = {
  400: 'Bad Request: ',
  403: 'Forbidden: ',
  404: 'Not Found: ',
  409: 'Conflict: ',
}

/**
 * A request that Telegram would refuse. Thrown from however deep the check sits, and turned into an answer
 * at one place (`perform`): the checks are as nested as Telegram's own.
 */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    description: string,
  ) {
    super(description)
  }

  get answer(): Answer {
    return { ok: false, error_code: this.code, description: this.message }
  }
}

/** Refuses with the description as the real server words it; the prefix of the code is put before it. */
export function refuse(description: string, code = 400): never {
  throw new Refusal(code, `${PREFIXES[code] ?? ''}${description}`)
}

export const tooManyRequests = (retryAfter: number): Answer => ({
  ok: false,
  error_code: 429,
  description: `Too Many Requests: retry after ${retryAfter}`,
  parameters: { retry_after: retryAfter },
})
