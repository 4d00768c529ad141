// Loads image files through the cache in a process of its own, and prints the hashes of the parts. Needs the package to
// be built.
//   node load-images-in-process.mjs FOLDER CACHE
import { loadImages } from '@treadle/dataset'

const [, , folder, cacheDirectory] = process.argv
const { source } = await loadImages(folder, { size: 64, cache: true, cacheDirectory, threads: 1 })
console.log(JSON.stringify(source.sha256))
