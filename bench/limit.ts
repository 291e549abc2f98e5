import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * One transaction for each turn with nothing around it: no network, no conversation. What a turn must write in any case:
 * the update's id, the session read under a lock and saved, the chat's place in the queue, one message.
 */
const STATE = JSON.stringify({ v: 1, frames: [{ dialog: 'report', state: { said: 'x'.repeat(600) } }] })
const MESSAGE = JSON.stringify({ body: [{ key: 'report.ask_photos' }], choices: 'x'.repeat(300) })
const TURN = `
\\set chat random(1, 200)
BEGIN;
INSERT INTO inbox (channel, id, status) VALUES ('limit', gen_random_uuid()::text, 'done') ON CONFLICT DO NOTHING;
UPDATE address SET last_inbound_at = clock_timestamp() WHERE channel = 'limit' AND chat = :chat::text;
INSERT INTO session (channel, chat) VALUES ('limit', :chat::text) ON CONFLICT DO NOTHING;
SELECT state FROM session WHERE channel = 'limit' AND chat = :chat::text FOR UPDATE;
UPDATE session SET state = '${STATE}', updated_at = clock_timestamp() WHERE channel = 'limit' AND chat = :chat::text;
INSERT INTO outbox_head AS h (channel, chat, last_seq, done_seq) VALUES ('limit', :chat::text, 1, 0)
  ON CONFLICT (channel, chat) DO UPDATE SET last_seq = h.last_seq + 1 RETURNING last_seq \\gset
INSERT INTO outbox (channel, chat, seq, message, locale, status)
  VALUES ('limit', :chat::text, :last_seq, '${MESSAGE}', 'it', 'sent');
COMMIT;
`

/** Turns a second; undefined where there is no pgbench. */
export async function measureLimit(
  databaseUrl: string,
  clients: number,
  seconds: number,
): Promise<number | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'filo-bench-limit-'))
  try {
    const script = join(folder, 'turn.sql')
    await writeFile(script, TURN)
    const jobs = Math.min(2, clients)
    const settings = ['-n', '-M', 'prepared', '-c', clients, '-j', jobs, '-T', seconds, '-f', script]
    const { stdout } = await promisify(execFile)('pgbench', [...settings.map(String), databaseUrl])
    const tps = /^tps = ([\d.]+)/m.exec(stdout)?.[1]
    if (tps === undefined) throw new Error(`pgbench said something else:\n${stdout}`)
    return Number(tps)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
