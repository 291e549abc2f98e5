import { Writable } from 'node:stream'
import { createLogger } from '../../../src/kernel/logger.js'

const SECRETS = [
  'Maria Rossi',
  '0172 699611',
  '+39 333 1234567',
  'la buca in via Roma',
  '123456789:AAabcdefghijklmnopqrstuvwxyz0123456',
]

function capture(level: 'debug' | 'info' = 'debug') {
  const lines: string[] = []
  const log = createLogger({ level, pretty: false }, { write: (line: string) => void lines.push(line) })
  return { log, lines, records: () => lines.map((line) => JSON.parse(line)) }
}

const expectNoSecret = (lines: readonly string[]) => {
  for (const secret of SECRETS) expect(lines.join('\n')).not.toContain(secret)
}

describe('what is logged', () => {
  test('facts and a sentence, as one JSON line each', () => {
    const { log, records } = capture()
    log.info({ report: 351, took: 12, nested: { status: 'closed', at: new Date(0) } }, 'report closed')
    expect(records()).toEqual([
      expect.objectContaining({
        level: 30,
        msg: 'report closed',
        report: 351,
        took: 12,
        nested: { status: 'closed', at: '1970-01-01T00:00:00.000Z' },
      }),
    ])
  })

  test('nothing below the level', () => {
    const { log, lines } = capture('info')
    log.debug({ a: 1 })
    log.warn({ a: 1 })
    expect(lines).toHaveLength(1)
  })

  test('a child carries its facts along, cleaned too', () => {
    const { log, lines, records } = capture()
    log.child({ channel: 'telegram', name: 'Maria Rossi' }).info({ report: 2 }, 'seen')
    expect(records()[0]).toMatchObject({ channel: 'telegram', report: 2, name: '[removed]' })
    expectNoSecret(lines)
  })

  test('readable lines for a terminal', () => {
    const lines: string[] = []
    const screen = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk))
        done()
      },
    })
    const log = createLogger({ level: 'info', pretty: true }, screen)
    log.info({ report: 351, name: 'Maria Rossi' }, 'report closed')
    expect(lines.join('')).toMatch(/INFO.*report closed/)
    expectNoSecret(lines)
  })
})

describe('what is never logged', () => {
  test.each([
    ['at the top', { name: 'Maria Rossi', phone: '0172 699611', text: 'la buca in via Roma' }],
    ['one level down', { citizen: { name: 'Maria Rossi', phoneNumber: '+39 333 1234567' } }],
    ['deep', { a: { b: { c: { d: { caption: 'la buca in via Roma' } } } } }],
    ['in lists', { events: [{ body: [{ verbatim: 'la buca in via Roma' }] }] }],
    ['in maps', { people: new Map([['phone', '0172 699611']]) }],
    [
      'other spellings',
      { first_name: 'Maria Rossi', 'phone-number': '0172 699611', citizenToken: SECRETS[4] },
    ],
    ['tokens in any string', { url: `https://api.telegram.org/bot${SECRETS[4]}/getUpdates` }],
    ['too deep to judge', { a: { b: { c: { d: { e: { f: { g: 'Maria Rossi' } } } } } } }],
  ])('%s', (_where, facts) => {
    const { log, lines } = capture()
    log.info(facts)
    expect(lines).toHaveLength(1)
    expectNoSecret(lines)
    expect(lines[0]).toContain('[removed]')
  })

  test('chat ids, as numbers too', () => {
    const { log, lines } = capture()
    log.info({ chat: 987654321, from: { chat_id: 987654321, userId: '987654321' } })
    expect(lines[0]).not.toContain('987654321')
  })

  test('the password of a database URL', () => {
    const { log, lines } = capture()
    log.info({ server: 'postgres://filo:geheim@db:5432/filo' }, 'connected to postgres://filo:geheim@db/filo')
    expect(lines[0]).not.toContain('geheim')
    expect(lines[0]).toContain('db:5432')
  })
})

describe('errors', () => {
  test('keep kind, codes and frames', () => {
    const { log, records } = capture()
    log.error({
      err: Object.assign(new TypeError('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' }),
    })
    const { err } = records()[0]
    expect(err).toMatchObject({
      type: 'TypeError',
      code: 'ECONNREFUSED',
      message: 'connect ECONNREFUSED 127.0.0.1:5432',
    })
    expect(err.stack).toMatch(/^\s+at .*logger\.test\.ts/)
  })

  test('a database error says which constraint, not which person', () => {
    const { log, lines, records } = capture()
    const err = Object.assign(new Error('duplicate key value violates unique constraint "address_phone"'), {
      code: '23505',
      constraint: 'address_phone',
      detail: 'Key (phone)=(0172 699611) already exists.',
      query: "INSERT INTO citizen VALUES ('Maria Rossi')",
      parameters: ['Maria Rossi'],
    })
    log.error({ err }, 'turn failed')
    expect(records()[0].err).toMatchObject({ code: '23505', constraint: 'address_phone' })
    expect(records()[0].err.message).toContain('"address_phone"')
    expectNoSecret(lines)
  })

  test.each([
    ['quoted values', 'invalid input syntax for type integer: "Maria Rossi"'],
    ['quotes within quotes', 'cannot digest "(7,""Maria Rossi"",0172)" of la buca in "via Roma"'],
    ['unfinished quotes', "Unexpected token 'l', \"la buca in via Roma"],
    ['phones', 'no such phone 0172 699611 or +39 333 1234567'],
    ['tokens', `Call to https://api.telegram.org/bot${SECRETS[4]}/sendMessage failed`],
  ])('%s are taken from the message, its stack and its causes', (_what, message) => {
    const { log, lines } = capture()
    log.error({ err: new Error('outer', { cause: new Error(message) }), deep: { again: new Error(message) } })
    log.error(new Error(message))
    log.error({ err: new AggregateError([new Error(message)], 'all failed') })
    log.error({ ok: true }, message)
    // As a network refused something, or a library reports in words of its own.
    log.warn({ detail: message, reasons: [message] })
    expect(lines).toHaveLength(5)
    expectNoSecret(lines)
  })

  test('names of pieces of the database stay', () => {
    const { log, records } = capture()
    const message = 'null value in column "office" of relation "report" violates not-null constraint'
    log.error({ err: new Error(message) })
    expect(records()[0].err.message).toBe(message)
  })
})
