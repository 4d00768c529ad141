/**
 * What the page may do. Scripts come from its own files, WebAssembly may be compiled, and the only other addresses it
 * may ask are the mirrors of the data.
 */
export function contentSecurityPolicy(mirrors: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${mirrors.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

/** What makes a page cross-origin isolated, without which it may not share memory with threads. */
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
}
