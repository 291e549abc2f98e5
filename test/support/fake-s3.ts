import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { S3Settings } from '../../src/media/s3-store.js'

export interface FakeS3 {
  readonly settings: S3Settings
  /** Path → content. */
  readonly objects: Map<string, Buffer>
  /** Method and path of every request, refused ones included. */
  readonly requests: string[]
  /** The next requests are answered so, one each; `cut` breaks the connection instead. */
  readonly faults: (number | 'cut')[]
  close(): Promise<void>
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([\w-]+)\/\d{8}\/([\w-]+)\/s3\/aws4_request, SignedHeaders=([\w;-]+), Signature=[0-9a-f]{64}$/

/** One bucket over real HTTP. Wants a signature of the right shape, and the hash of the body to be true. */
export async function startFakeS3(): Promise<FakeS3> {
  const objects = new Map<string, Buffer>()
  const requests: string[] = []
  const faults: (number | 'cut')[] = []
  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    requests.push(`${request.method} ${path}`)
    const body = await read(request)
    const answer = (status: number, content: Buffer | string = '') =>
      response.writeHead(status).end(request.method === 'HEAD' ? undefined : content)
    const error = (status: number, code: string) => answer(status, `<Error><Code>${code}</Code></Error>`)

    const fault = faults.shift()
    if (fault === 'cut') return request.socket.destroy()
    if (fault) return error(fault, fault === 503 ? 'SlowDown' : 'InternalError')
    const [, key, region, signed] = AUTHORIZATION.exec(request.headers.authorization ?? '') ?? []
    if (!signed?.includes('host;x-amz-content-sha256;x-amz-date')) return error(403, 'AccessDenied')
    if (key !== settings.accessKeyId) return error(403, 'InvalidAccessKeyId')
    if (region !== settings.region) return error(400, 'AuthorizationHeaderMalformed')
    const hash = createHash('sha256').update(body).digest('hex')
    if (request.headers['x-amz-content-sha256'] !== hash) return error(400, 'XAmzContentSHA256Mismatch')
    if (!path.startsWith(`/${settings.bucket}/`)) return error(404, 'NoSuchBucket')

    const object = objects.get(path)
    switch (request.method) {
      case 'PUT':
        objects.set(path, body)
        return answer(200)
      case 'DELETE':
        objects.delete(path)
        return answer(204)
      default:
        return object ? answer(200, object) : error(404, 'NoSuchKey')
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const settings = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bucket: 'town-media',
    region: 'eu-south-1',
    accessKeyId: 'AKIDTEST',
    secretAccessKey: 'a secret that no message may name',
  }
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { settings, objects, requests, faults, close }
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}
