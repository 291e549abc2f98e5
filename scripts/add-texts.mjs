// Adds texts to locales/it.json and en.json, sorted: node scripts/add-texts.mjs < texts.json
// where texts.json is { "key": ["italiano", "english"], … }; an existing key is replaced.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

const added = JSON.parse(readFileSync(0, 'utf8'))
for (const [index, language] of ['it', 'en'].entries()) {
  const file = `locales/${language}.json`
  const texts = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  for (const [key, words] of Object.entries(added)) texts[key] = words[index]
  const sorted = Object.fromEntries(Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(`${file}.new`, `${JSON.stringify(sorted, null, 2)}\n`)
  renameSync(`${file}.new`, file)
}
