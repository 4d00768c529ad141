import type { FourFiles } from './fashion-mnist/info.ts'

/**
 * Addresses of the sample's files, valid from src/ and dist/. Bundlers copy a file only where its address is a literal
 * of this form.
 */
export const sampleUrls: FourFiles<URL> = {
  trainImages: new URL('../sample/train-images-idx3-ubyte.gz', import.meta.url),
  trainLabels: new URL('../sample/train-labels-idx1-ubyte.gz', import.meta.url),
  testImages: new URL('../sample/t10k-images-idx3-ubyte.gz', import.meta.url),
  testLabels: new URL('../sample/t10k-labels-idx1-ubyte.gz', import.meta.url),
}
