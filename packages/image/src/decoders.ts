export { declaredPixels } from './formats/declared-pixels.ts'
export { DecoderPool, workerCount } from './decoders/decoder-pool.ts'
