/**
 * A WhatsApp Web server of our own, over real sockets, for tests and benchmarks: it links devices, keeps their
 * messages while they are away, and has people with phones who write to the town. The unmodified client speaks
 * with it. It is built from that client's own codecs, so it proves what we do with the client, and not that the
 * client gets on with WhatsApp.
 */
import './timers.js'

export type { Device } from './device.js'
export type { Fault, FaultPoint, Faults, RandomFaults } from './faults.js'
export type { Happening, Journal, UntilOptions, What } from './journal.js'
export type { Matcher, ReceiveOptions } from './message-log.js'
export type { SentMessage } from './outbox.js'
export type { NewPhone, Phone, PhotoOptions, SayOptions } from './phone.js'
export type { Kind, ReceivedMessage } from './received.js'
export { type FakeWhatsApp, type FakeWhatsAppOptions, startFakeWhatsApp } from './server.js'
export type { TownPhone } from './town.js'
