// A classic worker without an address of its own: it finds no file beside itself.
import { answer } from '../answer.js'
import { binaries, models } from '../files.js'

self.addEventListener('message', async ({ data: name, ports: [port] }) => {
  port.postMessage(await answer(models[name], { binaries }).catch(String))
})
