// The README's pictures, taken on the way through the story: `npm run screenshots`.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { perform } from './scene.js'
import { STORY } from './story.js'

const FOLDER = fileURLToPath(new URL('../../docs/images/', import.meta.url))
const TALL = { width: 1600, height: 1180 }
const WIDE = { width: 1600, height: 1000 }
const MOBILE = { width: 390, height: 844 }
const MAX_BYTES = 350_000

/** Behind which step which pictures are taken. */
const PICTURES = {
  report: [{ name: 'citizen', of: 'phone-maria', size: TALL }],
  plain: [{ name: 'citizen-without-buttons', of: 'phone-giuseppe', size: TALL }],
  card: [{ name: 'office-card', of: 'phone-operator-maintenance', size: TALL }],
  claim: [{ name: 'mobile', size: MOBILE }],
  digest: [{ name: 'simulator' }, { name: 'digest', of: 'phone-supervisor' }],
}

await mkdir(FOLDER, { recursive: true })

async function take({ page }, { name, of, size }) {
  const path = join(FOLDER, `${name}.png`)
  if (size) await page.setViewportSize(size)
  // Nothing that only a hand or a moment leaves behind: focus, hover, the glow of what is new.
  await page.evaluate(() => document.activeElement?.blur())
  await page.mouse.move(0, 0)
  await page.waitForFunction(
    () =>
      !document.querySelector('.glow') &&
      [...document.images].every((image) => image.complete || !image.checkVisibility()),
  )
  const picture = await (of ? page.getByTestId(of) : page).screenshot({ animations: 'disabled' })
  if (size) await page.setViewportSize(WIDE)
  const { size: bytes } = await sharp(picture).png({ palette: true, effort: 10 }).toFile(path)
  if (bytes > MAX_BYTES) throw new Error(`${path} has ${bytes} bytes: too many for a README`)
  process.stdout.write(`    ${path} (${Math.round(bytes / 1000)} kB)\n`)
}

const done = await perform(
  STORY.slice(
    0,
    STORY.findIndex(({ id }) => id === 'reload'),
  ),
  async (step, scene) => {
    for (const picture of PICTURES[step.id] ?? []) await take(scene, picture)
  },
)
process.exitCode = done ? 0 : 1
