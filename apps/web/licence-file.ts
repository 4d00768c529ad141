import type { Plugin, Rolldown } from 'vite'

const notice = /\/\*\*\n ?\* @license\n[^]*?\*\/\n?/g

/**
 * Moves the licence notices of the page's JavaScript, workers included, to one file, `licences.txt`. tfjs repeats its own in each
 * of some 400 modules, 6 kB gzipped.
 */
export function licenceFile(): { page: Plugin; worker: () => Plugin[] } {
  const notices = new Set<string>()
  const take = (bundle: Rolldown.OutputBundle) => {
    for (const file of Object.values(bundle)) {
      if (file.type !== 'chunk') continue
      file.code = file.code.replaceAll(notice, (text) => {
        notices.add(text.trim())
        return ''
      })
    }
  }
  return {
    worker: () => [{ name: 'treadle:licences-of-workers', generateBundle: (_, bundle) => take(bundle) }],
    page: {
      name: 'treadle:licences',
      apply: 'build',
      // Workers are built before this, when they are met in the modules of the page.
      generateBundle(_, bundle) {
        take(bundle)
        this.emitFile({ type: 'asset', fileName: 'licences.txt', source: `${[...notices].join('\n\n')}\n` })
      },
    },
  }
}
