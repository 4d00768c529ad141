import type { FourFiles } from './fashion-mnist/info.ts'

/**
 * Where the sample's files lie, from src/ as from dist/. Bundlers copy a file only where its address is written out
 * like this.
 */
export const sampleUrls: FourFiles<URL> = {
  trainImages: new URL('../sample/train-images-idx3-ubyte.gz', import.meta.url),
  trainLabels: new URL('../sample/train-labels-idx1-ubyte.gz', import.meta.url),
  testImages: new URL('../sample/t10k-images-idx3-ubyte.gz', import.meta.url),
  testLabels: new URL('../sample/t10k-labels-idx1-ubyte.gz', import.meta.url),
}
