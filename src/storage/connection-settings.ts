import { SECOND } from '../kernel/clock.js'

/**
 * Said on every connection once it is open: as start-up parameters they would be lost to those of the URL, and refused by
 * a pooler. A machine that went without a word (power, network) is noticed by the server within about ten seconds, by
 * default hours; who stands still in the middle of a transaction must not keep others waiting for longer.
 */
export const NOTICE_DEATH = `
  SET tcp_keepalives_idle = 4; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3;
  SET idle_in_transaction_session_timeout = ${10 * SECOND}`
