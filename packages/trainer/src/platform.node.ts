/** Yields to timers, signals and input. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
