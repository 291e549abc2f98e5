import { join } from 'node:path'

export type MediaStoreConfig =
  | { readonly type: 'file'; readonly dir: string }
  | {
      readonly type: 's3'
      readonly endpoint: string
      readonly bucket: string
      readonly region: string
      readonly accessKeyId: string
      readonly secretAccessKey: string
    }

export const S3_NAMES = [
  'S3_ENDPOINT',
  'S3_BUCKET',
  'S3_REGION',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
] as const

type Values = Readonly<Partial<Record<(typeof S3_NAMES)[number], string>>> & {
  readonly MEDIA_STORE: 'file' | 's3'
  readonly DATA_DIR: string
}

/** Where files are kept. The values have no faults. */
export const mediaStoreOf = (values: Values): MediaStoreConfig =>
  values.MEDIA_STORE === 's3'
    ? {
        type: 's3',
        endpoint: values.S3_ENDPOINT ?? '',
        bucket: values.S3_BUCKET ?? '',
        region: values.S3_REGION ?? '',
        accessKeyId: values.S3_ACCESS_KEY_ID ?? '',
        secretAccessKey: values.S3_SECRET_ACCESS_KEY ?? '',
      }
    : { type: 'file', dir: join(values.DATA_DIR, 'media') }
