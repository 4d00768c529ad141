// Types of the files that the build writes to dist/wasm (scripts/take-backend.ts).

declare module '*/dist/wasm/threaded-simd.js' {
  const factory: import('./tfjs-module.ts').ModuleFactory
  export default factory
}

declare module '*/dist/wasm/simd.js' {
  const factory: import('./tfjs-module.ts').ModuleFactory
  export default factory
}

declare module '*/dist/wasm/stock.js' {
  export { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
  export const kernelConfigs: readonly import('@tensorflow/tfjs-core').KernelConfig[]
}
