import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm'
import { isDeadlock, isOutage } from '../../../src/storage/outage.js'

const withCode = (code: string): Error => Object.assign(new Error('of the server'), { code })

test.each([
  ['the server shuts down', withCode('57P01')],
  ['it has no connection left', withCode('53300')],
  ['a standby that takes no writes yet', withCode('25006')],
  ['a transaction that stood still was ended', withCode('25P03')],
  ['the socket is reset', withCode('ECONNRESET')],
  ['no answer', new Error('Query read timeout')],
  ['the connection broke between two statements', new QueryRunnerAlreadyReleasedError()],
  ['the same inside TypeORM', new QueryFailedError('SELECT 1', [], withCode('08006'))],
])('waited out: %s', (_, error) => {
  expect(isOutage(error)).toBe(true)
})

test.each([
  ['a value that is there already', withCode('23505')],
  ['a deadlock', withCode('40P01')],
  ['a column that is not there', new QueryFailedError('SELECT x', [], withCode('42703'))],
  ['a mistake of ours', new TypeError('undefined is not a function')],
  ['no error at all', undefined],
])('not waited out: %s', (_, error) => {
  expect(isOutage(error)).toBe(false)
})

test('a deadlock is known, also inside TypeORM', () => {
  expect(isDeadlock(new QueryFailedError('UPDATE report', [], withCode('40P01')))).toBe(true)
  expect(isDeadlock(withCode('40001'))).toBe(false)
})
