import { configureGlobal } from 'fast-check'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    propertySeed: number
  }
}

// Property tests draw the same cases in every run, so that a run says something about the change it tests.
configureGlobal({ seed: inject('propertySeed') })
