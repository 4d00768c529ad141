/** Whether a time has passed since it last said yes. @param pause in ms */
export function limiter(pause: number): () => boolean {
  let last = -Infinity
  return () => {
    if (performance.now() - last < pause) return false
    last = performance.now()
    return true
  }
}
