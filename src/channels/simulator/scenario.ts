import type { Point } from '../../messaging/outbound.js'

/** A button's data without what differs from run to run: the question's number, the report's version. */
export const choiceOf = (button: string): string =>
  button.replace(/^\d+\./, '').replace(/^([a-z_]+:\d+):\d+$/, '$1')

/** Keeps the inputs of a chat as lines of `test/scenarios/*.txt`: a fault that was met becomes a test. */
export function recordScenario() {
  const lines: string[] = []
  const add = (line: string): void => {
    lines.push(line)
  }
  return {
    text: (actor: string, typed: string) => add(`${actor}: ${typed}`),
    press: (actor: string, button: string) => add(`${actor} taps ${choiceOf(button)}`),
    pin: (actor: string, { lat, lon }: Point) => add(`${actor} sends pin ${lat} ${lon}`),
    photo: (actor: string, caption: string) =>
      add(`${actor} sends photo${caption && ` caption "${caption}"`}`),
    forward: (duration: string) => add(`forward ${duration}`),
    lines: (): string => lines.join('\n'),
  }
}
