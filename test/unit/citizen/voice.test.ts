import { citizenDialogs } from '../../../src/citizen/dialogs.js'
import type { Draft } from '../../../src/citizen/draft.js'
import type { ReportId } from '../../../src/kernel/ids.js'
import type { InboundContent } from '../../../src/messaging/inbound.js'
import { citizenAnswer } from '../../support/chatter.js'
import { fossanoWorld } from '../../support/fossano.js'
import { aTalk, type Heard } from '../../support/talk.js'

const voice = (caption?: string): InboundContent => ({
  type: 'media',
  kind: 'voice',
  ref: { id: 'v', mime: 'audio/ogg' },
  caption,
})
const photo: InboundContent = { type: 'media', kind: 'photo', ref: { id: 'p', mime: 'image/jpeg' } }
const ROMA = { type: 'location', lat: 44.5496, lon: 7.7206 } as const

async function aCitizen() {
  const world = await fossanoWorld()
  const talk = aTalk({
    dialogs: citizenDialogs,
    world: () => world,
    answer: (effect) => citizenAnswer(effect, 1),
  })
  const draft = () =>
    talk.session().frames.find(({ dialog }) => dialog === 'report')?.state as unknown as Draft
  const read = ({ said }: Heard) =>
    said.flatMap(({ body }) => body.map((part) => world.translate(part, 'it')))
  return {
    ...talk,
    draft,
    read,
    /** As far as the question about photos. */
    upToPhotos() {
      talk.type('ciao')
      talk.press('roads_signs')
      talk.press('c-pothole')
      return talk.send(ROMA)
    },
    failed: (attachment: string, report?: number) =>
      talk.hear({ type: 'nudge', kind: 'media', payload: { attachment, kind: 'voice', ok: false, report } }),
  }
}

const types = ({ effects }: Heard) => effects.map(({ type }) => type)

describe('a voice message', () => {
  it('begins a report and is its description', async () => {
    const { send, press, draft, read } = await aCitizen()
    const first = send(voice())
    expect(read(first)).toContain('🎤 Ho ricevuto il messaggio vocale.')
    expect(first.effects).toContainEqual({
      type: 'keep_media',
      input: { id: 'telegram/u1', kind: 'voice', ref: { id: 'v', mime: 'audio/ogg' } },
    })
    press('roads_signs')
    press('c-pothole')
    send(ROMA)
    const checked = press('no_photos')
    expect(read(checked)).toContain('• Messaggi vocali: uno')
    expect(checked.keys).not.toContain('report.check_no_words')
    expect(draft().said).toEqual([])
    const [submit] = press('send').effects
    expect(submit).toMatchObject({ type: 'submit', input: { description: '', attachments: ['telegram/u1'] } })
  })

  it('answers the question about the description', async () => {
    const { upToPhotos, send, press } = await aCitizen()
    upToPhotos()
    expect(press('no_photos').keys).toEqual(['report.ask_words'])
    expect(send(voice()).keys).toEqual(expect.arrayContaining(['report.voice_added', 'report.check']))
  })

  it('instead of photos is the answer of who has none; photos still go with it, and before it', async () => {
    const { upToPhotos, send, press } = await aCitizen()
    upToPhotos()
    expect(send(voice()).keys).toContain('report.check')
    send(photo)
    expect(press('send').effects[0]).toMatchObject({ input: { attachments: ['telegram/u6', 'telegram/u5'] } })
  })

  it('is no address', async () => {
    const { send, press, draft } = await aCitizen()
    send(voice())
    press('roads_signs')
    press('c-pothole')
    expect(send(voice()).keys).toEqual(['report.voice_added', 'report.ask_place'])
    expect(draft()).toMatchObject({ voices: ['telegram/u1', 'telegram/u4'] })
  })

  it('beyond the third is refused, but its caption is kept', async () => {
    const { send, draft } = await aCitizen()
    for (let n = 0; n < 3; n++) send(voice())
    const fourth = send(voice('una buca enorme'))
    expect(fourth.keys).toContain('report.voices_enough')
    expect(types(fourth)).not.toContain('keep_media')
    expect(draft()).toMatchObject({ voices: { length: 3 }, said: [{ text: 'una buca enorme' }] })
  })

  it('with a dangerous caption is urgent', async () => {
    const { send, draft } = await aCitizen()
    expect(send(voice('sento odore di gas')).keys).toContain('danger.call_112')
    expect(draft().urgent).toBe(true)
  })

  it('can be removed when the description is changed', async () => {
    const { upToPhotos, send, press, draft } = await aCitizen()
    upToPhotos()
    send(voice())
    press('change_description')
    expect(press('voices_clear').keys).toEqual(['report.voices_cleared', 'report.ask_words'])
    expect(draft().voices).toEqual([])
  })

  it('that is none is asked for again', async () => {
    const { upToPhotos, send, failed, draft } = await aCitizen()
    upToPhotos()
    send(voice())
    expect(failed('telegram/u5').keys).toEqual(['report.voice_failed', 'report.ask_words'])
    expect(draft().voices).toEqual([])
    expect(failed('telegram/u5', 351).said).toMatchObject([
      { body: [{ key: 'mine.voice_failed' }], about: 351 },
    ])
  })

  it('is added to a report that was sent: by a reply', async () => {
    const { type, send } = await aCitizen()
    type('ciao')
    const heard = send(voice('ecco'), { repliedTo: { about: 351 as ReportId } })
    expect(heard.effects).toMatchObject([
      { type: 'keep_media', input: { kind: 'voice' } },
      { type: 'add_to_report', input: { report: 351, text: 'ecco', attachments: ['telegram/u2'] } },
    ])
    expect(heard.keys).toContain('mine.added')
  })

  it('is added to a report that was sent: by choosing it', async () => {
    const { type, send, press } = await aCitizen()
    type('ciao')
    type('le mie segnalazioni')
    press('add')
    const heard = send(voice())
    expect(types(heard)).toEqual(['keep_media', 'add_to_report'])
    expect(heard.keys).toEqual(['mine.add_more'])
  })
})
