import { setFlagsFromString } from 'node:v8'
import { describeProducts } from './products.ts'

// Node.js 20 has relaxed SIMD behind this flag; later versions have it anyway.
if (Number.parseInt(process.versions.node) < 21) setFlagsFromString('--experimental-wasm-relaxed-simd')

describeProducts({ relaxed: true })
