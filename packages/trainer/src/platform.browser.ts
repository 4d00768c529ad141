/** Yields to rendering and input. Uses a message, since browsers delay nested timers by 4 ms. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    const received = () => {
      port1.close()
      resolve()
    }
    port1.addEventListener('message', received, { once: true })
    port1.start()
    port2.postMessage(undefined)
  })
}
