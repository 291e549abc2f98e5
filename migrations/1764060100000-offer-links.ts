import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * A citizen links two chats with a code: who gave it, who typed it, who has said yes. Of the code only a hash is kept.
 * `link_try` holds the codes that were wrong, by chat: who guesses must wait.
 *
 * The previous release can run on this schema: it writes none of it.
 */
export class OfferLinks1764060100000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE citizen_link (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        code_hash text NOT NULL UNIQUE,
        given_channel text NOT NULL,
        given_chat text NOT NULL,
        given_yes boolean NOT NULL DEFAULT false,
        typed_channel text,
        typed_chat text,
        typed_yes boolean NOT NULL DEFAULT false,
        expires_at timestamptz NOT NULL,
        ended text CHECK (ended IN ('joined', 'refused', 'replaced', 'expired')),
        CHECK ((typed_channel IS NULL) = (typed_chat IS NULL))
      );
      CREATE UNIQUE INDEX citizen_link_one_open ON citizen_link (given_channel, given_chat) WHERE ended IS NULL;
      CREATE INDEX citizen_link_by_end ON citizen_link (expires_at);
      CREATE TABLE link_try (
        channel text NOT NULL,
        chat text NOT NULL,
        at timestamptz NOT NULL
      );
      CREATE INDEX link_try_by_chat ON link_try (channel, chat, at);
    `)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE link_try, citizen_link;')
  }
}
