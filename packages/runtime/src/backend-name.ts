/** The name of the backend: with a number from 2 on where another copy of this package has the plain name. */
export type BackendName = 'treadle-wasm' | `treadle-wasm-${number}`
