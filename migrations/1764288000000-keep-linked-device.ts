import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * What WhatsApp as a linked device needs kept: its keys, the messages that were decrypted and not yet heard, under which
 * names people are known there, and how the link stands. The previous release can run on it: it knows none of it.
 *
 * `whatsapp_key` holds secrets: who reads it can speak as the town. `whatsapp_inbound` is empty but for moments.
 */
export class KeepLinkedDevice1764288000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE whatsapp_key (
        kind text NOT NULL,
        id text NOT NULL,
        value jsonb NOT NULL,
        PRIMARY KEY (kind, id)
      );
      CREATE TABLE whatsapp_inbound (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        envelope jsonb NOT NULL,
        body bytea NOT NULL
      );
      CREATE TABLE whatsapp_alias (
        id text PRIMARY KEY,
        chat text NOT NULL
      );
      CREATE INDEX whatsapp_alias_by_chat ON whatsapp_alias (chat);
      CREATE TABLE whatsapp_link (
        channel text PRIMARY KEY,
        term bigint NOT NULL DEFAULT 0,
        state text NOT NULL DEFAULT 'unlinked' CHECK (state IN ('open', 'down', 'unlinked', 'stopped')),
        why text,
        since timestamptz,
        told boolean NOT NULL DEFAULT false,
        code_asked_at timestamptz,
        code_asked_by bigint REFERENCES staff
      );
    `)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE whatsapp_link, whatsapp_alias, whatsapp_inbound, whatsapp_key;')
  }
}
