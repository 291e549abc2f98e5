// The page in the language that was chosen for it.
import en from './words-en.js'
import it from './words-it.js'

const TEXTS = { it, en }

const STORED = 'filo-language'
const listeners = new Set()
let language = localStorage.getItem(STORED) === 'en' ? 'en' : 'it'

export const currentLanguage = () => language

/** Calls back now and after every change of the page's language. */
export function onLanguage(listener) {
  listeners.add(listener)
  listener()
}

export function setLanguage(chosen) {
  language = chosen
  localStorage.setItem(STORED, chosen)
  for (const listener of listeners) listener()
}

/** The words of a key; `{name}` is filled in, `count` chooses `_one` or `_other`. */
export function t(key, params = {}) {
  const plural = params.count === undefined ? key : `${key}_${params.count === 1 ? 'one' : 'other'}`
  const words = TEXTS[language][plural] ?? plural
  return words.replace(/\{(\w+)\}/g, (_, name) => params[name] ?? '')
}
