import { type BinaryNode, S_WHATSAPP_NET } from '@whiskeysockets/baileys'

type Attributes = Record<string, string | number | undefined>

/** Where the server itself speaks from, in `from` and `to`. */
export const SERVER = S_WHATSAPP_NET

/** A stanza: WhatsApp's binary XML. Attributes without a value are left out. */
export function node(tag: string, attributes: Attributes = {}, content?: BinaryNode['content']): BinaryNode {
  const attrs: BinaryNode['attrs'] = {}
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) attrs[name] = String(value)
  return { tag, attrs, content }
}

/** The elements inside, if there are any. */
export const childrenOf = ({ content }: BinaryNode): BinaryNode[] => (Array.isArray(content) ? content : [])

export const childOf = (parent: BinaryNode | undefined, tag: string): BinaryNode | undefined =>
  parent && childrenOf(parent).find((child) => child.tag === tag)

/** The bytes inside; a short text comes as a string, whatever was sent. */
export function bytesIn(leaf: BinaryNode | undefined): Buffer {
  const content = leaf?.content
  if (content === undefined || Array.isArray(content))
    throw new Error(`No bytes in <${leaf?.tag ?? 'nothing'}>`)
  return Buffer.from(content as Uint8Array)
}

/** The bytes of a child that must be there. */
export const bytesOf = (parent: BinaryNode, tag: string): Buffer => bytesIn(childOf(parent, tag))

/** A number as the key bundles write it: big-endian, `length` bytes. */
export function bigEndian(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  bytes.writeUIntBE(value, 0, length)
  return bytes
}

export const numberIn = (bytes: Buffer): number => bytes.readUIntBE(0, bytes.length)
