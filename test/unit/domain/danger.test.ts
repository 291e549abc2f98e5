import { looksDangerous } from '../../../src/domain/danger.js'
import { aTown } from '../../support/builders.js'

const town = aTown()

describe('danger', () => {
  it.each([
    'C’è un forte odore di gas in via Roma 12',
    'puzza di gas da stamattina',
    'si sente odore del gas nelle scale',
    'PUZZA DI GAS!!!',
    'c’è odore fortissimo di gas',
    'dal tombino esce gas, si sente un odore strano',
    'una fuga di gas davanti alla scuola',
    'credo ci sia una perdita di gas',
    'c’è un incendio nel bosco dietro il cimitero',
    'un’incendio nei cassonetti',
    'incendi lungo la ferrovia',
    'incendo vicino alla stazione',
    'il cassonetto va a fuoco',
    'una macchina in fiamme in piazza',
    'cavi scoperti sul lampione, ad altezza di bambino',
    'ci sono i cavi elettrici scoperti',
    'un cavo scoperto che penzola',
    'cavi della luce scoperti',
    'scoperti dei fili vicino alla giostra',
    'dal palo escono fili scopperti',
    'un cavo della corrente è finito a terra, cavo a terra in via Po',
    'il lampione dà la scossa elettrica',
    'mio figlio ha preso la scossa elettrica toccando il palo',
    'se lo tocchi si prende la scossa',
    'un uomo è rimasto folgorato',
    'ho sentito una esplosione',
    'esplosioni in un garage',
    'esplozione in cantina',
    'è crollato il muro della scuola',
    'crollo di un balcone',
    'c’è una persona ferita sulla strada',
    'due feriti all’incrocio',
    'una signora è svenuta alla fermata',
    'un signore sta male in piazza',
    'un ragazzo con una pistola',
    'there is a strong smell of gas',
    'I smell gas, a gas smell near the bakery',
    'GAS LEAK in the street!',
    'a bin is on fire',
    'there are live wires hanging from the pole',
    'bare wire next to the swing',
    'exposed electrical cables on the lamp post',
    'the roof has colapsed',
    'someone is injured, please come',
    'a man lies unconscious in the park',
    'my dog got an electric shock from the lamp post',
    'an explosion behind the station',
    'ódöre dí gäs',
    '🔥 🔥 a fuoco 🔥',
  ])('is in: %s', (words) => {
    expect(looksDangerous(town, words)).toBe(true)
  })

  it.each([
    'Buca in via Gasparini 3',
    'via Gasometro, lampione spento',
    'il gasolio costa troppo',
    'lampione spento da tre giorni',
    'la settimana scorsa è passato il camion',
    'vasca scoperta senza coperchio',
    'i cassonetti sono pieni',
    'erba alta nel parco giochi',
    'mancano le strisce pedonali',
    'c’è un topo morto vicino alla siepe',
    'il semaforo non funziona',
    'un cane abbandonato senza collare',
    'la fontanella perde acqua',
    'perdita d’acqua dal marciapiede',
    'il controllo dei biglietti è scortese',
    'terra e fango sulla strada dopo la pioggia',
    'la fila al cimitero è lunga',
    'auto parcheggiata sulle strisce',
    'panchina rotta, una vite sporge',
    'puzza di fogna dal tombino',
    'odore cattivo dai bidoni dell’umido',
    'il fuoco d’artificio più bello dell’anno',
    'ho ricevuto una multa',
    'l’aiuola davanti alla scuola è piena di cartacce',
    'vorrei parlare con una persona',
    'il bambino sta giocando tra i rifiuti',
    'la luce è troppo forte di notte',
    'musica alta fino alle tre',
    'il marciapiede è sconnesso e mia madre è caduta',
    'ho il piede che mi fa male per le buche',
    'pothole in front of the school',
    'the street light is broken',
    'the fire station door needs paint',
    'rubbish dumped behind the church',
    'we have begun to lose patience',
    'the cables under the road were covered again',
    'the traffic light stays red',
    'the fountain is leaking',
    'gasp, what a mess',
    'a wire fence is broken',
    'no shock absorbers survive this road',
    '',
    '🔥',
  ])('is not in: %s', (words) => {
    expect(looksDangerous(town, words)).toBe(false)
  })

  it('is found at the end of 4,096 characters', () => {
    const long = 'la strada davanti alla scuola è rotta '.repeat(105)
    expect(looksDangerous(town, long)).toBe(false)
    expect(looksDangerous(town, `${long} e c’è puzza di gas`)).toBe(true)
  })

  it.each([
    ['fire', true],
    ['FIRE! 🔥 Fire!!', true],
    ['fire hydrant', false],
  ])('a cry is one where nothing else is said: %s, %s', (words, expected) => {
    expect(looksDangerous(aTown({ dangerWords: ['fire!'] }), words)).toBe(expected)
  })

  it('is nowhere without danger words', () => {
    expect(looksDangerous(aTown({ dangerWords: [] }), 'incendio')).toBe(false)
  })
})
