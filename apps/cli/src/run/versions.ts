import { version_core } from '@tensorflow/tfjs-core'
import packageJson from '../../package.json' with { type: 'json' }

/** What a run was made with, for its record. */
export const versions = (): Record<string, string> => ({
  treadle: packageJson.version,
  node: process.versions.node,
  '@tensorflow/tfjs-core': version_core,
  platform: `${process.platform}-${process.arch}`,
})
