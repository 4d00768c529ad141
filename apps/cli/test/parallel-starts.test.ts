import { test, vi } from 'vitest'
import { startTogether } from './parallel-starts.ts'

vi.setConfig({ testTimeout: 600_000 })

test('12 runs that start at once have 12 directories', () => startTogether(12))
