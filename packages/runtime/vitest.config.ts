import { defineProject } from 'vitest/config'

export default defineProject({ extends: '../../vitest.config.ts', test: { name: 'runtime' } })
