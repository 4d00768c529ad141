import { runCli } from './cli.ts'
import { processContext } from './terminal/process-context.ts'

const context = processContext()
process.exitCode = await runCli(process.argv.slice(2), context)
context.dispose()
