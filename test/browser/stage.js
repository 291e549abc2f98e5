// The simulator's page as a person uses it: phones that write, press and read.

const PATIENCE_MS = 10_000

/**
 * A phone of the page by its chat (`maria`, `operator-maintenance`, …).
 * What it `reads` must have been said after it last wrote or pressed.
 */
export function phoneOn(page, chat) {
  const root = page.getByTestId(`phone-${chat}`)
  let mark = 0

  /** Ids of bubbles end with their place in the chat. */
  const newest = () =>
    root
      .getByTestId('messages')
      .evaluate((list) =>
        Math.max(
          0,
          ...[...list.querySelectorAll('[data-id]')].map(({ dataset }) =>
            Number(dataset.id.split('.').at(-1)),
          ),
        ),
      )
  const remember = async () => {
    mark = await newest()
  }

  const phone = {
    root,
    /** The bubble in which the bot says this, once it is there. */
    async reads(words) {
      const found = await page
        .waitForFunction(
          ({ chat, words, mark }) => {
            const pattern = new RegExp(words, 'is')
            const bubbles = document.querySelectorAll(
              `[data-testid="phone-${chat}"] [data-testid="message-bot"]`,
            )
            return [...bubbles].findLast(
              ({ dataset, textContent }) =>
                Number(dataset.id.split('.').at(-1)) > mark && pattern.test(textContent),
            )
          },
          { chat, words: words.source ?? escaped(words), mark },
          { timeout: PATIENCE_MS },
        )
        .catch(() => {
          throw new Error(`${chat} never read: ${words}`)
        })
      return found.asElement()
    },
    async writes(words) {
      await remember()
      await root.getByTestId('input').fill(words)
      await root.getByTestId('input').press('Enter')
    },
    /** The newest button with these words, or the one below the message that says `under`. */
    async presses(words, under) {
      const messages = root.getByTestId('message-bot').filter({ hasText: under })
      const button = messages.getByTestId('choice').filter({ hasText: words }).last()
      await button.waitFor({ timeout: PATIENCE_MS }).catch(() => {
        throw new Error(`${chat} has no button: ${words}`)
      })
      await remember()
      await button.click()
    },
    /** The number that stands before these words in a list without buttons. */
    async numberOf(words) {
      const bubble = await phone.reads(words)
      const text = await bubble.textContent()
      const line = text.split('\n').find((one) => one.includes(words) && /^\d+/.test(one))
      if (!line) throw new Error(`${chat} reads no number before: ${words}\n${text}`)
      return /^\d+/.exec(line)[0]
    },
    async sendsSamples(names, caption) {
      await remember()
      await root.getByTestId('attach').click()
      for (const name of names) await root.getByTestId(`sample-${name}`).click()
      if (caption) await root.getByTestId('caption').fill(caption)
      await root.getByTestId('send-photos').click()
    },
    /** A pin at these shares of the map's width and height. */
    async dropsPin(x, y) {
      await remember()
      await root.getByTestId('attach').click()
      await root.getByTestId('attach-location').click()
      const box = await root.getByTestId('map').boundingBox()
      await page.mouse.click(box.x + x * box.width, box.y + y * box.height)
      await root.getByTestId('map-send').click()
    },
    async taps(testid) {
      await remember()
      await root.getByTestId(testid).first().click()
    },
    /** From now on only what is new counts. */
    listens: remember,
  }
  return phone
}

const escaped = (words) => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Moves business time and waits until it stands there. `by`: hour, day, tomorrow. */
export async function forward(page, by) {
  const clock = page.getByTestId('clock')
  const timeOf = () => page.getByTestId('clock-time').getAttribute('datetime')
  const before = Date.parse(await timeOf())
  await page.getByTestId(`forward-${by}`).click()
  await page.waitForFunction(
    ([clock, before]) =>
      clock.getAttribute('aria-busy') === 'false' &&
      Date.parse(clock.querySelector('time').dateTime) > before + 60_000,
    [await clock.elementHandle(), before],
    { timeout: 2 * PATIENCE_MS },
  )
  return new Date(await timeOf())
}
