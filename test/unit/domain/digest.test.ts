import { digestMessage, inTimePercent } from '../../../src/domain/digest.js'
import { createTranslator } from '../../../src/i18n/translator.js'
import type { ReportId } from '../../../src/kernel/ids.js'
import { text } from '../../../src/kernel/text.js'
import { aReport, aTown } from '../../support/builders.js'

const numbers = { submitted: 7, claimed: 5, closed: 3, claimedInTime: 2, claimsDue: 3, backlog: 12 }
const from = new Date('2026-11-22T07:00:00Z')
const to = new Date('2026-11-23T07:00:00Z')

describe('inTimePercent', () => {
  it.each([
    [2, 3, 67],
    [0, 4, 0],
    [4, 4, 100],
    [0, 0, undefined],
  ])('%i of %i is %s', (claimedInTime, claimsDue, percent) => {
    expect(inTimePercent({ ...numbers, claimedInTime, claimsDue })).toBe(percent)
  })
})

describe('digestMessage', () => {
  const written = async (
    digest: Partial<Parameters<typeof digestMessage>[1]>,
    locale: 'it' | 'en' = 'it',
  ) => {
    const translate = await createTranslator({ folder: 'locales', timeZone: 'Europe/Rome' })
    const unclaimed = { rows: [], total: 0 }
    const { body, choices } = digestMessage(
      aTown(),
      { from, to, numbers, unclaimed, remarks: [], ...digest },
      locale,
    )
    return { words: body.map((part) => translate(part, locale)).join('\n'), choices }
  }

  it('says the figures', async () => {
    const { words, choices } = await written({})
    expect(words).toContain('Nuove: 7. Prese in carico: 5. Chiuse: 3. Aperte ora: 12.')
    expect(words).toContain('Prese in carico entro 24 ore: 67 %')
    expect(words).toContain('Nessuna segnalazione aspetta')
    expect(choices).toEqual([])
  })

  it('ends with what the supervisors should not forget', async () => {
    const remarks = [text('staff.digest.linked_device')]
    const { words } = await written({ remarks })
    expect(words).toMatch(/WhatsApp gira su un dispositivo collegato: va bene per provare\..*$/)
    expect((await written({ remarks }, 'en')).words).toMatch(/WhatsApp runs on a linked device.*$/)
    expect((await written({})).words).not.toContain('WhatsApp')
  })

  it('has no per cent where no clock ended', async () => {
    const { words } = await written({ numbers: { ...numbers, claimedInTime: 0, claimsDue: 0 } })
    expect(words).toContain('entro 24 ore: —')
  })

  it('lists what nobody has claimed, the late ones marked, with a row of buttons each', async () => {
    const late = aReport({ id: 350 as ReportId, claimDueAt: new Date('2026-11-23T07:00:00Z') })
    const { words, choices } = await written({ unclaimed: { rows: [late, aReport()], total: 5 } }, 'en')
    expect(words).toMatch(/🔴 350 .*\n⏳ 351 /)
    expect(words).toContain('… and 3 more.')
    expect(choices.map(({ id, command, row }) => [id, command, row])).toEqual([
      ['open:350', '/open 350', 0],
      ['chase:350', '/chase 350', 0],
      ['transfer:350', '/transfer 350', 0],
      ['open:351', '/open 351', 1],
      ['chase:351', '/chase 351', 1],
      ['transfer:351', '/transfer 351', 1],
      // The other three.
      ['unclaimed:0', '/queue new', 2],
    ])
    const all = await written({ unclaimed: { rows: [late], total: 1 } })
    expect(all.choices.map(({ id }) => id)).not.toContain('unclaimed:0')
  })
})
