// Builds every package. What turbo prints goes to standard error, which leaves standard output to the command in
// `pnpm --silent treadle … --json | jq`; its telemetry, with the notice about it, is off.
import { spawnSync } from 'node:child_process'

const { status, error } = spawnSync(
  'turbo',
  ['run', 'build', '--output-logs=errors-only', ...process.argv.slice(2)],
  {
    stdio: ['inherit', 2, 2],
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
    shell: process.platform === 'win32',
  },
)
if (error) throw error
process.exitCode = status ?? 1
