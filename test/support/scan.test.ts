import qrcode from 'qrcode'
import { scanTerminal } from './scan.js'

test.each([
  'HELLO 1234567',
  'ciao, Comune di Fossano',
  'https://wa.me/x#2@AbC+/=,00000012345,QWERTYUIOPASDFGHJKL'.repeat(4),
  'a'.repeat(500),
])('reads what the package drew: %s', async (text) => {
  expect(scanTerminal(await qrcode.toString(text, { type: 'terminal', small: true }))).toBe(text)
})
