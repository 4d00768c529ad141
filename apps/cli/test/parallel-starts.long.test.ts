import { test } from 'vitest'
import { startTogether } from './parallel-starts.ts'

test('72 runs that start at once have 72 directories', () => startTogether(72))
