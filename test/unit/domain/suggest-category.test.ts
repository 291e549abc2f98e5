import { suggestCategories } from '../../../src/domain/suggest-category.js'
import { aCategory, aTown } from '../../support/builders.js'

const town = aTown()
const codes = (words: string, most?: number): string[] =>
  suggestCategories(town, words, most).map(({ code }) => code)

describe('suggested categories', () => {
  it.each([
    ['C’è una buca enorme davanti al numero 12', 'potholes'],
    ['buche dappertutto', 'potholes'],
    ['l’asfalto è tutto rotto', 'potholes'],
    ['si è aperta una voragine', 'potholes'],
    ['strada tutta dissestata', 'potholes'],
    ['il marciapiede è pieno di radici', 'pavements'],
    ['marciapiedi sconnessi', 'pavements'],
    ['sul marcapiede non si cammina', 'pavements'],
    ['mancano delle mattonelle', 'pavements'],
    ['il semaforo è sempre rosso', 'signs'],
    ['semafero spento', 'signs'],
    ['hanno girato il cartello', 'signs'],
    ['le strisce pedonali non si vedono più', 'signs'],
    ['lo specchio all’incrocio è rotto', 'signs'],
    ['lampioni spenti', 'lights'],
    ['il lampione davanti casa non va', 'lights'],
    ['lanpione rotto', 'lights'],
    ['non c’è luce in via Po', 'lights'],
    ['è tutto buio la sera', 'lights'],
    ['illuminazone assente', 'lights'],
    ['il tombino è intasato', 'manholes'],
    ['tombini otturati, piove e si forma un lago', 'manholes'],
    ['manca il chiusino', 'manholes'],
    ['puzza di fogna', 'manholes'],
    ['un’auto abbandonata da mesi', 'parking'],
    ['macchine in doppia fila davanti alla scuola', 'parking'],
    ['non si trova parcheggio', 'parking'],
    ['hanno lasciato sacchi di spazzatura', 'waste'],
    ['immondizia ovunque', 'waste'],
    ['cassonetti pieni', 'waste'],
    ['rifiuti abbandonati', 'waste'],
    ['un mobile abbandonato vicino al bidone', 'waste'],
    ['l’albero è pericolante', 'trees'],
    ['rami sulla strada', 'trees'],
    ['l’erba è troppo alta', 'trees'],
    ['siepi da tagliare', 'trees'],
    ['l’altalena è rotta', 'playgrounds'],
    ['lo scivolo dei giardinetti è scheggiato', 'playgrounds'],
    ['ho visto dei topi', 'pests'],
    ['un nido di vespe sotto il tetto', 'pests'],
    ['troppe zanzare', 'pests'],
    ['c’è una perdita d’acqua', 'water'],
    ['la fontanella perde', 'water'],
    ['i vicini fanno rumore', 'noise'],
    ['musica troppo alta di notte', 'noise'],
    ['con la carrozzina non si passa', 'barriers'],
    ['manca la rampa per mia madre disabile', 'barriers'],
    ['there is a pothole near the bridge', 'potholes'],
    ['potholes everywhere', 'potholes'],
    ['a big hole in the road', 'potholes'],
    ['the sidewalk is broken', 'pavements'],
    ['the traffic light is stuck', 'signs'],
    ['road sign missing', 'signs'],
    ['streetlights… the street light is off', 'lights'],
    ['it is very dark at night', 'lights'],
    ['un’altra buca', 'potholes'],
    ['the manhole cover is missing', 'manholes'],
    ['blocked drains', 'manholes'],
    ['an abandoned car', 'parking'],
    ['garbage not collected', 'waste'],
    ['rubish on the pavement by the bins', 'waste'],
    ['a branch fell from a tree', 'trees'],
    ['the grass is too high', 'trees'],
    ['the swing is broken', 'playgrounds'],
    ['rats in the yard', 'pests'],
    ['a burst pipe, water everywhere', 'water'],
    ['loud music at night', 'noise'],
    ['no way through with a wheelchair', 'barriers'],
  ])('%j is first of all %s', (words, code) => {
    expect(codes(words)[0]).toBe(code)
  })

  it.each([
    '',
    '👍',
    'ciao',
    'buongiorno, vorrei un’informazione',
    'via Roma 12',
    'chi è il sindaco?',
    'grazie mille',
    'non so come spiegarmi',
    'hello, good morning',
    'who is the mayor?',
    'altro',
    'other',
    'sento qualcosa',
    'un’altra cosa',
    '12345',
    'quando apre l’anagrafe',
    'carta d’identità scaduta',
  ])('%j fits nothing', (words) => {
    expect(codes(words)).toEqual([])
  })

  it('names all that fit, three at most, or as many as are wanted', () => {
    const words = 'lampione spento, buca, rifiuti, topi e un albero caduto'
    expect(codes(words)).toHaveLength(3)
    expect(codes(words, 5).sort()).toEqual(['lights', 'pests', 'potholes', 'trees', 'waste'])
    expect(codes('sotto il lampione c’è una buca').sort()).toEqual(['lights', 'potholes'])
  })

  it('puts what more words speak for before what one does', () => {
    expect(codes('lampione con la lampada bruciata vicino alla siepe')).toEqual(['lights', 'trees'])
  })

  it('has nothing to say in a town without categories', () => {
    expect(suggestCategories(aTown({ groups: [] }), 'buca')).toEqual([])
  })

  it('finds by name where there are no keywords', () => {
    const group = { code: 'g', name: { it: 'G' }, categories: [aCategory()] }
    expect(suggestCategories(aTown({ groups: [group] }), 'una buca')).toEqual([aCategory()])
  })
})
