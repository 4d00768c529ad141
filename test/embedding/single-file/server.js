// A server that is one file: nothing of Treadle is beside it.
import { createServer } from 'node:http'
import { answer } from '../answer.js'
import { binaries, models } from '../files.js'

const server = createServer(async ({ url }, response) => {
  try {
    response.end(JSON.stringify(await answer(models[url.slice(1)], { binaries })))
  } catch (error) {
    response.writeHead(500).end(String(error))
  }
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
