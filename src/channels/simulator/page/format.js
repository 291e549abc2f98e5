import { currentLanguage } from './texts.js'

let timeZone = 'Europe/Rome'
export const setTimeZone = (name) => {
  timeZone = name
}

const write = (at, style) =>
  new Intl.DateTimeFormat(currentLanguage() === 'it' ? 'it-IT' : 'en-GB', { timeZone, ...style }).format(
    new Date(at),
  )

export const timeOf = (at) => write(at, { hour: '2-digit', minute: '2-digit' })
export const dayOf = (at) => write(at, { weekday: 'long', day: 'numeric', month: 'long' })
export const momentOf = (at) =>
  write(at, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
