import { packagesOf } from './packages.js'
import { planOf } from './plan.js'
import { loadTarget } from './targets/index.js'

/*
 * Runs inputs of one target and reports each. The driver ends this process when an input takes too long.
 * Arguments: target, checkout.
 */

const [name, root] = process.argv.slice(2)
const MEMORY = 200 * 2 ** 20

// What a reader leaves behind is its fault too.
let stray
let highest = process.resourceUsage().maxRSS * 1024
process.on('unhandledRejection', (error) => (stray = error))
process.on('uncaughtException', (error) => (stray = error))
console.warn = () => {}

const target = await loadTarget(name)
const context = await target.prepare(packagesOf(root)).catch((error) => {
  console.error(error)
  process.exit(1)
})
process.on('message', async ({ plans, seed, from, count }) => {
  const list = plans ?? Array.from({ length: count }, (_, i) => planOf(seed, from + i, context.bases))
  for (const plan of list) {
    const result = await attempt(plan)
    process.send({ plan, result })
    // Lets the message leave before the next input, which may block.
    await new Promise((resolve) => setImmediate(resolve))
  }
  process.send({ done: true })
})
process.send({ bases: context.bases, seconds: target.limits?.seconds })

async function attempt(plan) {
  const before = process.memoryUsage.rss()
  stray = undefined
  let status = 'accepted'
  let detail
  try {
    const input = await target.make(plan, context)
    await target.run(input, context)
  } catch (error) {
    const known = error?.name === 'TreadleError' && typeof error.code === 'string'
    status = known ? (target.isOutermost(error) ? 'outermost' : 'refused') : 'finding'
    detail = known
      ? `${error.code}: ${error.message}`.slice(0, 300)
      : String(error?.stack ?? error).slice(0, 2000)
  }
  try {
    await target.check?.(context)
    if (stray !== undefined) throw stray
    const peak = process.resourceUsage().maxRSS * 1024
    if (peak > highest) {
      highest = peak
      if (peak - before > (target.limits?.bytes ?? MEMORY))
        throw new Error(`takes ${Math.round((peak - before) / 2 ** 20)} MB`)
    }
  } catch (error) {
    status = 'finding'
    detail = String(error?.stack ?? error).slice(0, 2000)
  }
  return { status, detail }
}
