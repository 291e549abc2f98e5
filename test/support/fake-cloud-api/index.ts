export type { Shown, WhatsAppPerson } from './person.js'
export type { FakeTemplate } from './rules.js'
export { type CloudFault, type FakeCloudApi, startFakeCloudApi } from './server.js'
