// Decodes the PNGs that are named, one after another, and prints what became of each with the peak RSS until then.
import { readFile } from 'node:fs/promises'
import { decodeImage } from '@treadle/image'

for (const file of ['', ...process.argv.slice(2)]) {
  let result = 'start'
  if (file) {
    const bytes = await readFile(file)
    result = await decodeImage(bytes).then(
      ({ data }) => data.length,
      ({ code }) => code,
    )
  }
  console.log(JSON.stringify({ result, peak: process.resourceUsage().maxRSS * 1024 }))
}
