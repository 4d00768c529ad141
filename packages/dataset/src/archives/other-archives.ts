/** The first bytes of archives and packed files that are not read. */
const formats: readonly (readonly [format: string, magic: readonly number[]])[] = [
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['Zstandard', [0x28, 0xb5, 0x2f, 0xfd]],
  ['7z', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['RAR', [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07]],
]

/** The format of an archive that cannot be read, by its content. */
export function otherArchive(head: Uint8Array): string | undefined {
  return formats.find(([, magic]) => magic.every((byte, i) => head[i] === byte))?.[0]
}
