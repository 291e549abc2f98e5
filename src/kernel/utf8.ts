/** What reading as UTF-8 makes of bytes that are none: a file that holds it was saved in another encoding. */
export const REPLACEMENT = '\uFFFD'
