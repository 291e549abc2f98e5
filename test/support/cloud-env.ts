import type { FakeCloudApi } from './fake-cloud-api/index.js'

/** The settings by which the product talks to this Cloud API. */
export const cloudEnv = (cloud: FakeCloudApi) => ({
  WHATSAPP_TRANSPORT: 'cloud',
  WHATSAPP_CLOUD_TOKEN: cloud.token,
  WHATSAPP_CLOUD_PHONE_NUMBER_ID: cloud.phoneNumberId,
  WHATSAPP_CLOUD_APP_SECRET: cloud.appSecret,
  WHATSAPP_CLOUD_VERIFY_TOKEN: cloud.verifyToken,
  WHATSAPP_CLOUD_API_ROOT: cloud.apiRoot,
})
