import type { Format } from './format.ts'

/**
 * Every format that is recognised. To read another one, write `<format>.ts` beside this file and give its entry a
 * `load`. Decoders are loaded on first use. Short signatures come last, as they fit by chance more easily.
 */
export const formats: readonly Format[] = [
  {
    name: 'PNG',
    signatures: ['\x89PNG\r\n\x1a\n'],
    load: async () => (await import('./png.ts')).decodePng,
  },
  {
    name: 'WebP',
    signatures: ['RIFF????WEBP'],
    load: async () => (await import('./webp.ts')).decodeWebp,
  },
  { name: 'HEIC', signatures: ['heic', 'heix', 'heim', 'heis', 'hevc', 'mif1', 'msf1'].map(isoMedia) },
  { name: 'AVIF', signatures: ['avif', 'avis'].map(isoMedia) },
  { name: 'JPEG XL', signatures: ['\0\0\0\x0cJXL \r\n\x87\n', '\xff\x0a'] },
  {
    name: 'GIF',
    signatures: ['GIF87a', 'GIF89a'],
    load: async () => (await import('./gif.ts')).decodeGif,
  },
  { name: 'TIFF', signatures: ['II*\0', 'MM\0*'] },
  { name: 'SVG', signatures: ['<svg', '<?xml'] },
  { name: 'icon (ICO)', signatures: ['\0\0\x01\0'] },
  {
    name: 'JPEG',
    signatures: ['\xff\xd8\xff'],
    load: async () => (await import('./jpeg.ts')).decodeJpeg,
  },
  { name: 'BMP', signatures: ['BM'], load: async () => (await import('./bmp.ts')).decodeBmp },
]

/** Which format the bytes are of, by their start; the name of the file plays no part. */
export function detectFormat(bytes: Uint8Array): Format | undefined {
  return formats.find(({ signatures }) => signatures.some((signature) => startsWith(bytes, signature)))
}

function startsWith(bytes: Uint8Array, signature: string): boolean {
  for (let i = 0; i < signature.length; i++) {
    if (signature[i] !== '?' && signature.charCodeAt(i) !== bytes[i]) return false
  }
  return true
}

/** The start of a file in the ISO base media format, whose brand says what it holds. */
function isoMedia(brand: string): string {
  return `????ftyp${brand}`
}
