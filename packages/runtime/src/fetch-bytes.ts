/** Fetches `url` and returns the body. Rejects for a status that is not 2xx. */
export async function fetchBytes(url: URL, signal: AbortSignal): Promise<ArrayBuffer> {
  const response = await fetch(url, { credentials: 'same-origin', signal })
  if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`.trimEnd())
  return response.arrayBuffer()
}
