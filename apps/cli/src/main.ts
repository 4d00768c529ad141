import { runCli } from './cli.ts'
import { interruption } from './context.ts'
import { processContext } from './terminal/process-context.ts'

const context = processContext()
const code = await runCli(process.argv.slice(2), context)
await context.flush()
const stopped = interruption(context.signal)
// Output that could not be written spoils a finished command too; a signal after it does not.
process.exitCode = stopped?.silent ? stopped.exitCode : code
context.end()
