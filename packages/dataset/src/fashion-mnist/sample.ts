import type { ImageDataset } from '@treadle/core'
import { platform } from '#platform'
import type { LoadOptions } from '../options.ts'
import { sampleUrls } from '../sample-urls.ts'
import type { FourFiles, IdxFileInfo } from './info.ts'
import { fashionMnist, forEachFile, readFiles } from './read-files.ts'

/** The sample's files, written by scripts/make-sample.mjs. */
export const sampleFiles: FourFiles<IdxFileInfo> = {
  trainImages: {
    name: 'train-images-idx3-ubyte',
    shape: [6000, 28, 28],
    sha256: 'cf313073c7eb485392848071d5c433571d7166043e971e3345b095cc30518084',
  },
  trainLabels: {
    name: 'train-labels-idx1-ubyte',
    shape: [6000],
    sha256: '097b93fbcf9bd5bc648b1a457ddc55c9e4ab49afb33f9ecae8ce068399a75e3a',
  },
  testImages: {
    name: 't10k-images-idx3-ubyte',
    shape: [1000, 28, 28],
    sha256: '7cee33c3c6414b1b86c25e665a6c4f41584269de3b7cc9768b1d351922845eef',
  },
  testLabels: {
    name: 't10k-labels-idx1-ubyte',
    shape: [1000],
    sha256: '3128d790775889812b73c4f13923559c8b9e281d112c6ea7862acf60a206a909',
  },
}

/** Loads the sample that is part of this package: the first 600 training and 100 test images of each class. */
export async function loadSample(options: LoadOptions): Promise<ImageDataset> {
  const files = await forEachFile(
    async (role) => platform.asset(sampleUrls[role], `${sampleFiles[role].name}.gz`),
    options.signal,
  )
  const read = await readFiles(files, sampleFiles, options)
  return fashionMnist(read, sampleFiles, { kind: 'sample', location: 'the sample in @treadle/dataset' })
}
