// Files on their way out.

const MAX_SIDE = 1280
const MAX_BYTES = 22 * 1024 * 1024
const SAMPLE_RATE = 8_000
const NOTES_HZ = [330, 392, 440, 392, 494, 440]

export const isTooLarge = (blob) => blob.size > MAX_BYTES

/** The content in base64. */
export const encode = (blob) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(blob)
  })

/** What a chat app does with a photo before it sends it: smaller, as JPEG, without what the camera wrote into it. Rejects when it is no picture. */
export async function compress(file) {
  const picture = await createImageBitmap(file)
  const scale = Math.min(1, MAX_SIDE / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(picture.width * scale)
  canvas.height = Math.round(picture.height * scale)
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('empty'))), 'image/jpeg', 0.85),
  )
}

export const sample = async (name) => (await fetch(`/simulator/page/photos/${name}.jpg`)).blob()

/** A short tune in place of a voice: 8-bit mono WAV. */
export function voiceNote() {
  const note = SAMPLE_RATE / 4
  const samples = new Uint8Array(note * NOTES_HZ.length).map((_, at) => {
    const fade = Math.sin((Math.PI * (at % note)) / note)
    return 128 + 48 * fade * Math.sin((2 * Math.PI * NOTES_HZ[Math.floor(at / note)] * at) / SAMPLE_RATE)
  })
  const header = new DataView(new ArrayBuffer(44))
  const letters = (at, text) => {
    for (const [i, letter] of [...text].entries()) header.setUint8(at + i, letter.charCodeAt(0))
  }
  letters(0, 'RIFF')
  header.setUint32(4, 36 + samples.length, true)
  letters(8, 'WAVEfmt ')
  header.setUint32(16, 16, true)
  header.setUint16(20, 1, true)
  header.setUint16(22, 1, true)
  header.setUint32(24, SAMPLE_RATE, true)
  header.setUint32(28, SAMPLE_RATE, true)
  header.setUint16(32, 1, true)
  header.setUint16(34, 8, true)
  letters(36, 'data')
  header.setUint32(40, samples.length, true)
  return new Blob([header, samples], { type: 'audio/wav' })
}
