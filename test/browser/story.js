// What a council sees first: two citizens report, the office answers, the supervisor reads the digest.
import { strict as assert } from 'node:assert'

const OFFICE = 'operator-maintenance'
const WEEKEND = new Set(['Sat', 'Sun'])

const weekdayOf = (at) =>
  new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'Europe/Rome' }).format(at)

const countBubbles = (page) =>
  page
    .locator('.phone')
    .evaluateAll((phones) =>
      phones.map((phone) => `${phone.dataset.testid} ${phone.querySelectorAll('.message').length}`),
    )

export const STORY = [
  {
    id: 'open',
    name: 'The page opens with the printed address',
    async act({ product, page }) {
      await page.goto(await product.start())
      for (const chat of ['maria', 'giuseppe', 'operator-front_desk', 'supervisor'])
        await page.getByTestId(`phone-${chat}`).waitFor()
      assert.equal(new URL(page.url()).search, '', 'the token has gone out of the address')
    },
  },
  {
    id: 'morning',
    name: 'The clock goes forward to nine o’clock of a working day',
    async act({ forward, page }) {
      while (WEEKEND.has(weekdayOf(await forward('tomorrow'))));
      await forward('hour')
      assert.match(await page.getByTestId('clock-time').textContent(), /^09:0\d$/)
    },
  },
  {
    id: 'report',
    name: 'Maria reports with buttons, an address and a photo',
    async act({ phone }) {
      const maria = phone('maria')
      await maria.writes('ciao')
      await maria.reads('filo diretto')
      await maria.presses('Strade e segnali')
      await maria.presses('Buca nella strada')
      await maria.reads(/Dov.è/)
      await maria.writes('via roma 12')
      await maria.reads('foto')
      await maria.sendsSamples(['pothole'])
      await maria.presses('Avanti')
      await maria.reads('Che cosa succede')
      await maria.writes(
        'C’è una buca profonda vicino alle strisce. Quando piove si riempie d’acqua e non si vede.',
      )
      await maria.reads('Guarda se va bene')
    },
  },
  {
    id: 'receipt',
    name: 'Maria sends it and gets number and deadline',
    async act({ phone }) {
      const maria = phone('maria')
      await maria.presses('Invia la segnalazione')
      await maria.reads(/numero 1.*entro/s)
      await maria.reads('numero di telefono')
      await maria.taps('keyboard-other')
    },
  },
  {
    id: 'plain',
    name: 'Giuseppe reports with numbers, a pin on the map and a photo, without buttons',
    async act({ phone }) {
      const giuseppe = phone('giuseppe')
      const picks = async (words) => giuseppe.writes(await giuseppe.numberOf(words))
      await giuseppe.writes('Buongiorno, il lampione davanti a casa è spento da tre sere')
      await giuseppe.reads('filo diretto')
      await picks('Lampione')
      await giuseppe.reads(/Dov.è/)
      await giuseppe.dropsPin(0.63, 0.46)
      await giuseppe.reads('foto')
      await giuseppe.sendsSamples(['lamp'])
      await picks('Avanti')
      await picks('Invia la segnalazione')
      await giuseppe.reads(/numero 2.*entro/s)
      await picks('No, grazie')
      await giuseppe.reads('ti scriviamo qui')
    },
  },
  {
    id: 'card',
    name: 'The office sees the announcement and opens the card with the photo',
    async act({ phone, page }) {
      await page.getByTestId('office-unread').click()
      const office = phone(OFFICE)
      await office.reads('Nuova segnalazione 1')
      await office.presses('Apri', 'Nuova segnalazione 1')
      const card = await office.reads(/Segnalazione 1.*Storia/s)
      assert.match(await card.textContent(), /vicino alle strisce/)
      await page.waitForFunction(
        (chat) =>
          [...document.querySelectorAll(`[data-testid="phone-${chat}"] [data-testid="photo"] img`)].some(
            (photo) => photo.naturalWidth > 0,
          ),
        OFFICE,
      )
    },
  },
  {
    id: 'claim',
    name: 'The office takes it in charge and Maria is told',
    async act({ phone }) {
      await phone('maria').listens()
      await phone(OFFICE).presses('Prendi in carico')
      await phone(OFFICE).reads('in carico a te')
      await phone('maria').reads(/Manutenzioni.*presa in carico/s)
    },
  },
  {
    id: 'close',
    name: 'The office closes with an outcome and a message',
    async act({ phone }) {
      const office = phone(OFFICE)
      await office.presses('Chiudi')
      await office.presses('risolta')
      await office.reads('Scrivi il messaggio')
      await office.writes('La squadra ha chiuso la buca con asfalto nuovo. Grazie per averci avvisato!')
      await office.reads('leggeranno')
      await office.presses('Invia')
      await office.reads('chiusa')
    },
  },
  {
    id: 'told',
    name: 'A minute later Maria hears the end and is asked whether it is fixed',
    async act({ phone, forward }) {
      const maria = phone('maria')
      await maria.listens()
      await forward('hour')
      await maria.reads('asfalto nuovo')
      await maria.reads('anche per te il problema è risolto?')
      await maria.presses('Sì, è risolto')
      await maria.reads(/graz/)
    },
  },
  {
    id: 'digest',
    name: 'Next morning the supervisor reads the digest',
    async act({ phone, forward, page }) {
      const supervisor = phone('supervisor')
      await supervisor.listens()
      await forward('tomorrow')
      assert.match(await page.getByTestId('clock-time').textContent(), /^08:0\d$/)
      const digest = await supervisor.reads('Riepilogo')
      assert.match(await digest.textContent(), /Nuove: 2\. Prese in carico: 1\. Chiuse: 1\./)
      assert.match(await digest.textContent(), /2 · Manutenzioni/)
    },
  },
  {
    id: 'reload',
    name: 'A reload of the page keeps everything',
    async act({ page }) {
      const before = await countBubbles(page)
      await page.reload()
      await page.getByTestId('phone-maria').getByText('asfalto nuovo').waitFor()
      assert.deepEqual(await countBubbles(page), before)
      await page.getByTestId(`phone-${OFFICE}`).waitFor({ state: 'visible' })
    },
  },
  {
    id: 'stranger',
    name: 'A second browser without the token is refused',
    async act({ browser, page }) {
      const stranger = await browser.newContext()
      const answer = await (await stranger.newPage()).goto(page.url())
      assert.equal(answer.status(), 403)
      await stranger.close()
    },
  },
  {
    id: 'restart',
    name: 'The page says when the product stops or starts anew, and the new address brings everything back',
    async act({ page, product }) {
      const before = await countBubbles(page)
      const over = page.getByTestId('over')
      await product.stop()
      await over.getByText('Il programma è fermo').waitFor()
      const address = await product.start()
      await over.getByText('è stato riavviato').waitFor()
      await page.goto(address)
      await page.getByTestId('phone-maria').getByText('asfalto nuovo').waitFor()
      assert.deepEqual(await countBubbles(page), before)
    },
  },
]
