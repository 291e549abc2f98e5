import { type EntityManager, In, IsNull, Not } from 'typeorm'
import type { Attachment, Attachments } from '../app/ports.js'
import type { AttachmentId } from '../kernel/ids.js'
import { type AttachmentRow, attachments } from './task.entity.js'

/** Adds the job in the running transaction: it begins after the commit, or never. */
export type AddMediaJob = (
  task: 'fetch-media',
  payload: { attachment: AttachmentId },
  key: string,
) => Promise<void>

/** Files that people sent, in the running transaction of this manager. */
export function createAttachments(manager: EntityManager, addJob: AddMediaJob): Attachments {
  return {
    async keep({ id, from, kind, ref }, at) {
      const { raw } = await manager
        .createQueryBuilder()
        .insert()
        .into(attachments)
        .values({ id, ...from, kind, ref, createdAt: at })
        .orIgnore()
        .returning('id')
        .execute()
      if (raw.length > 0) await addJob('fetch-media', { attachment: id }, `fetch-media:${id}`)
    },

    async get(id) {
      const row = await manager.findOneBy(attachments, { id })
      return row ? attachmentOf(row) : undefined
    },

    async assign(ids, from, report) {
      if (ids.length === 0) return
      await manager.update(
        attachments,
        { id: In(ids), channel: from.channel, chat: from.chat, report: IsNull() },
        { report },
      )
    },

    async stored(id, key) {
      await manager.update(attachments, { id }, { status: 'stored', mediaKey: key, why: null })
    },

    async failed(id, why) {
      // A job that ran twice must not lose the file that the first run stored.
      await manager.update(attachments, { id, status: Not('stored') }, { status: 'failed', why })
    },

    async of(report) {
      const rows = await manager.find(attachments, {
        where: { report },
        order: { createdAt: 'ASC', id: 'ASC' },
      })
      return rows.map(attachmentOf)
    },
  }
}

const attachmentOf = (row: AttachmentRow): Attachment => ({
  id: row.id,
  from: { channel: row.channel, chat: row.chat },
  report: row.report ?? undefined,
  kind: row.kind,
  ref: row.ref,
  status: row.status,
  mediaKey: row.mediaKey ?? undefined,
})
