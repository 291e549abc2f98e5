/** What both plain bots say: the product's own dialog, word for word where it matters for its length. */
export const WELCOME =
  'Ciao! Sono il filo diretto del Comune di Fossano.\n\nUsiamo i tuoi dati solo per la segnalazione: ' +
  'https://www.comune.fossano.cn.it/privacy\n\nNessuno legge questa chat in diretta. Per le emergenze chiama il 112.'
export const ASK_KIND = 'Di che si tratta? Ecco le voci più probabili.'
export const KINDS: readonly (readonly [id: string, label: string])[] = [
  ['pothole', 'Buca nella strada'],
  ['light', 'Lampione spento'],
  ['rubbish', 'Rifiuti abbandonati'],
  ['other', 'Altro'],
]
export const ASK_PLACE = 'Dove si trova? Manda la posizione, oppure scrivi via e numero.'
export const SEND_PLACE = 'Manda la mia posizione'
export const ASK_PHOTOS = 'Hai una foto? Puoi mandarne fino a 5.'
export const NO_PHOTOS = 'Senza foto'
export const SEND = 'Invia'
export const ASK_PHONE =
  'Vuoi lasciare un numero di telefono? Lo usiamo solo se non riusciamo a scriverti qui.'
export const SEND_PHONE = 'Manda il mio numero'
export const NO_PHONE = 'No, grazie'
export const WITHOUT_PHONE = 'Va bene, ti scriviamo qui.'

export interface Draft {
  words: string
  kind: string
  lat: number
  lon: number
}

export const checkCard = ({ words, kind, lat, lon }: Draft): string =>
  `Controlla, poi invia.\nTipo: ${labelOf(kind)}\nLuogo: ${lat.toFixed(5)}, ${lon.toFixed(5)}\nNessuna foto.\n${words}`

export const labelOf = (kind: string): string => KINDS.find(([id]) => id === kind)?.[1] ?? kind

export const receipt = (number: number): string =>
  `Ricevuta! La tua segnalazione ha il numero ${number}. L'ufficio ti risponde entro domani sera.`

export const chosen = (question: string, choice: string): string => `${question}\n→ ${choice}`

export const TABLE = `
  CREATE TABLE IF NOT EXISTS plain_report (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chat bigint NOT NULL, kind text NOT NULL, lat float8 NOT NULL, lon float8 NOT NULL, words text NOT NULL,
    at timestamptz NOT NULL DEFAULT now())`

export const INSERT =
  'INSERT INTO plain_report (chat, kind, lat, lon, words) VALUES ($1, $2, $3, $4, $5) RETURNING id'

export const rowOf = (chat: number, { kind, lat, lon, words }: Draft): unknown[] => [
  chat,
  kind,
  lat,
  lon,
  words,
]

/** The connections that such a bot usually gets. */
export const POOL_SIZE = 20
