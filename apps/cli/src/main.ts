import { runCli } from './cli.ts'
import { interruption } from './context.ts'
import { processContext } from './terminal/process-context.ts'

const context = processContext()
const code = await runCli(process.argv.slice(2), context)
await context.flush()
process.exitCode = interruption(context.signal)?.exitCode ?? code
context.end()
