import { version_core } from '@tensorflow/tfjs-core'
import { platform } from '#platform'
import packageJson from '../../package.json' with { type: 'json' }

/** The versions that a run is made with, for its record. */
export const versions = (): Record<string, string> => ({
  treadle: packageJson.version,
  '@tensorflow/tfjs-core': version_core,
  ...platform.versions(),
})
