import { readFileSync } from 'node:fs'

/** One instruction, its continuation lines joined. */
export interface Instruction {
  readonly name: string
  readonly rest: string
}

export interface Stage {
  readonly name?: string
  readonly image: string
  readonly instructions: readonly Instruction[]
}

/** The stages of the Dockerfile, in order. */
export function readDockerfile(path = 'Dockerfile'): Stage[] {
  const lines = readFileSync(path, 'utf8').replace(/\\\n/g, ' ').split('\n')
  const stages: (Stage & { instructions: Instruction[] })[] = []
  for (const line of lines) {
    if (!line.trim() || line.startsWith('#')) continue
    const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? []
    if (name === 'FROM') {
      const [, image = '', stage] = /^(\S+)(?:\s+AS\s+(\S+))?$/.exec(rest) ?? []
      stages.push({ image, name: stage, instructions: [] })
    } else stages.at(-1)?.instructions.push({ name, rest })
  }
  return stages
}

/** What an instruction in exec form runs (`CMD ["node", …]`), options before it left away. */
export const execForm = ({ rest }: Instruction): string[] => JSON.parse(rest.slice(rest.indexOf('[')))

/** The command by which the container is asked whether it is well. */
export function healthcheck(): readonly [program: string, ...args: string[]] {
  const found = readDockerfile()
    .at(-1)
    ?.instructions.find(({ name }) => name === 'HEALTHCHECK')
  if (!found) throw new Error('The Dockerfile has no HEALTHCHECK')
  return execForm(found) as [string, ...string[]]
}
