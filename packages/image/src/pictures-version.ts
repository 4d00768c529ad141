/**
 * Rises with every change of the bytes that files decode to, or pictures are prepared to, and of what pictures decide of a contract. A cache of decoded pictures
 * holds it in its keys. `photos-zip.test.ts` of the command reminds of it.
 */
export const PICTURES_VERSION = 3
