export { DecoderPool, workerCount } from './decoders/decoder-pool.ts'
