/**
 * The page's Content-Security-Policy. It allows scripts from the page's own files, compilation of WebAssembly, and
 * requests to the page's own host, to the mirrors of the data, and of `data:` addresses, which reach no host: the decoder of
 * Zstandard is one.
 */
export function contentSecurityPolicy(mirrors: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' data: ${mirrors.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

/**
 * The headers of every answer besides the policy. `frame-ancestors`, which a policy inside a page may not have, forbids other
 * pages to show this one in a frame.
 */
export const serverHeaders = (policy: string) => ({
  ...isolationHeaders,
  'Content-Security-Policy': `${policy}; frame-ancestors 'none'`,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(self), microphone=(), geolocation=()',
})

/** The headers that make a page cross-origin isolated. Only such a page may share memory between threads. */
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
}
