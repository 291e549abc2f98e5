import { outcomeOf, refusalOf, troubleOf } from '../../../../src/channels/whatsapp/cloud/outcome.js'

const fault = (code: number | undefined, status: number | undefined = 400, more: object = {}) => ({
  status,
  code,
  description: '',
  ...more,
})

describe('worth another try', () => {
  it.each([
    [4, 'throttled'],
    [80007, 'throttled'],
    [130429, 'throttled'],
    [131056, 'throttled'],
    [131000, 'unreachable'],
    [131016, 'unreachable'],
  ])('%i: %s', (code, why) => {
    expect(outcomeOf(fault(code))).toMatchObject({ type: 'retry', why })
    expect(troubleOf(fault(code))).toBeUndefined()
  })

  it('a person has about one message in six seconds', () => {
    expect(outcomeOf(fault(131056))).toMatchObject({ afterMs: 6_000 })
  })

  it('after as long as Meta asks', () => {
    expect(outcomeOf(fault(130429, 429, { retryAfterMs: 17_000 }))).toMatchObject({ afterMs: 17_000 })
  })

  it.each([[undefined], [500], [502], [503], [408]])('HTTP %s of nobody known', (status) => {
    expect(outcomeOf({ status, description: '' })).toMatchObject({ type: 'retry', why: 'unreachable' })
  })

  it('HTTP 429', () => {
    expect(outcomeOf(fault(undefined, 429))).toMatchObject({ type: 'retry', why: 'throttled' })
  })
})

describe('final for this message', () => {
  it.each([131026, 131051, 132000, 132001, 132012, 131062, 131009, 100, 424_242])('%i', (code) => {
    expect(outcomeOf(fault(code))).toMatchObject({ type: 'refused', why: 'invalid' })
    expect(refusalOf(code)).toBe('invalid')
    expect(troubleOf(fault(code))).toBeUndefined()
  })

  it('131047: a day has passed', () => {
    expect(outcomeOf(fault(131047))).toMatchObject({ type: 'refused', why: 'window-closed' })
    expect(refusalOf(131047)).toBe('window-closed')
  })
})

describe('somebody must do something', () => {
  it.each([
    [190, 'token'],
    [0, 'token'],
    [10, 'permission'],
    [200, 'permission'],
    [299, 'permission'],
    [368, 'locked'],
    [131031, 'locked'],
    [131042, 'payment'],
    [131048, 'spam'],
    [133010, 'number'],
  ])('%i: %s; meanwhile messages wait', (code, trouble) => {
    expect(troubleOf(fault(code))).toBe(trouble)
    expect(outcomeOf(fault(code))).toMatchObject({ type: 'refused', why: 'restricted' })
    // Once it was taken, there is nothing left that could wait.
    expect(refusalOf(code)).toBe('restricted')
  })

  it.each([132015, 132016])('%i: a template; only its own messages are refused', (code) => {
    expect(troubleOf(fault(code))).toBe('template')
    expect(outcomeOf(fault(code))).toMatchObject({ type: 'refused', why: 'invalid' })
  })

  it('401 of nobody known is the token', () => {
    expect(troubleOf(fault(undefined, 401))).toBe('token')
  })
})

it('says the code and Meta’s words, for the log', () => {
  expect(outcomeOf(fault(131026, 400, { description: 'Message undeliverable' }))).toMatchObject({
    detail: '131026 Message undeliverable',
  })
})
