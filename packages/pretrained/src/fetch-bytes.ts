/** The answer at an address. Rejects where the server answers with an error. */
export async function fetchBytes(url: URL, signal?: AbortSignal): Promise<ArrayBuffer> {
  const response = await fetch(url, signal === undefined ? {} : { signal })
  if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`.trimEnd())
  return response.arrayBuffer()
}
