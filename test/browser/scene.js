// Product, browser and page for a story; all of it is gone afterwards, also after Ctrl-C.

import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openChromium } from './chromium.js'
import { createProduct } from './product.js'
import { forward, phoneOn } from './stage.js'

const LOOK = { width: 1600, height: 1000 }
const FAILURE = join(tmpdir(), 'filo-diretto-browser.png')

/**
 * Plays the steps in order; `after(step, scene)` is called behind each one. Prints a line per step. Answers false when
 * one failed, after printing why, what the page showed and what the product said.
 */
export async function perform(steps, after = async () => {}) {
  const endings = []
  const endAll = async () => {
    for (const end of endings.splice(0).reverse()) await end()
  }
  let isInterrupted = false
  const interrupted = () => {
    isInterrupted = true
    endAll().finally(() => process.exit(130))
  }
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  try {
    const browser = await openChromium()
    endings.push(() => browser.close())
    const product = await createProduct()
    endings.push(() => product.end())
    const context = await browser.newContext({ viewport: LOOK, locale: 'it-IT', reducedMotion: 'reduce' })
    const page = await context.newPage()
    const faults = []
    page.on('pageerror', (fault) => faults.push(fault))
    const phones = new Map()
    const scene = {
      browser,
      product,
      page,
      phone(chat) {
        if (!phones.has(chat)) phones.set(chat, phoneOn(page, chat))
        return phones.get(chat)
      },
      forward: (by) => forward(page, by),
    }
    for (const step of steps) {
      const began = performance.now()
      try {
        await step.act(scene)
        if (faults.length > 0) throw faults[0]
      } catch (error) {
        if (!isInterrupted) await tellFailure(step, error, scene)
        return false
      }
      process.stdout.write(`ok  ${step.name} (${Math.round(performance.now() - began)} ms)\n`)
      await after(step, scene)
    }
    return true
  } catch (error) {
    process.stdout.write(`NOT OK  ${error.message}\n`)
    return false
  } finally {
    await endAll()
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
  }
}

async function tellFailure({ name }, error, { page, product }) {
  // biome-ignore lint/performance/useDomNodeTextContent: what is hidden is not what the person sees.
  const text = await page.innerText('body').catch(String)
  const picture = await page.screenshot({ path: FAILURE }).then(() => FAILURE, String)
  process.stdout.write(
    `NOT OK  ${name}\n${error.stack}\n\nScreenshot: ${picture}\n\nThe page:\n${text}\n\nThe product:\n${product.log()}\n`,
  )
}
