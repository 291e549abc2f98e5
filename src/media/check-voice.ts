/** What messengers send as voice or audio. */
export type VoiceFormat = 'ogg' | 'm4a' | 'mp3'

/** Which of them these bytes are, by what is in them; undefined: no voice message. What is said is not looked at. */
export function checkVoice(bytes: Buffer): VoiceFormat | undefined {
  if (isOpus(bytes)) return 'ogg'
  if (at(bytes, 4, 8) === 'ftyp' && at(bytes, 8, 12) === 'M4A ') return 'm4a'
  return isFrame(bytes, endOfTag(bytes)) ? 'mp3' : undefined
}

const at = (bytes: Buffer, from: number, to: number): string => bytes.toString('latin1', from, to)

/** Ogg may hold a film too: the first packet, behind the header and its list of lengths, says what it is (RFC 7845, 3). */
function isOpus(bytes: Buffer): boolean {
  const packet = 27 + (bytes[26] ?? 0)
  return at(bytes, 0, 4) === 'OggS' && at(bytes, packet, packet + 8) === 'OpusHead'
}

/** Where the music begins behind an ID3v2 tag, whose length is written in bytes of seven bits (id3.org, ID3v2.4, 3.1). */
function endOfTag(bytes: Buffer): number {
  if (at(bytes, 0, 3) !== 'ID3') return 0
  return 10 + bytes.subarray(6, 10).reduce((length, byte) => length * 128 + (byte & 0x7f), 0)
}

/** A frame of MPEG layer III: eleven bits set, the layer, a bit rate and a sampling rate that exist (ISO 11172-3, 2.4.1.3). */
function isFrame(bytes: Buffer, from: number): boolean {
  const [sync = 0, kind = 0, rates = 0] = bytes.subarray(from, from + 3)
  const [bitRate, samplingRate] = [rates >> 4, (rates >> 2) & 3]
  return sync === 0xff && (kind & 0xe6) === 0xe2 && bitRate !== 0 && bitRate !== 15 && samplingRate !== 3
}
