// Files on their way out.

const MAX_SIDE = 1280
const MAX_BYTES = 22 * 1024 * 1024

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

/** Somebody tells of a pothole: what a messenger records, Opus in Ogg. */
export const voiceNote = async () => (await fetch('/simulator/page/voice.ogg')).blob()
