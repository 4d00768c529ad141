import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * Imports the built packages of a checkout, so that a fuzzer can be pointed at other code.
 * @param {string} root the checkout
 */
export function packagesOf(root) {
  const require = createRequire(join(root, 'packages/model/package.json'))
  return {
    root,
    /** `model` imports @treadle/model, `keras/extensions` its entry. */
    treadle: (name) => {
      const [folder, entry = 'index'] = name.split('/')
      return load(join(root, 'packages', folder, 'dist', `${entry}.js`))
    },
    tfjs: (name) => load(require.resolve(`@tensorflow/${name}`)),
  }
}

function load(path) {
  return import(pathToFileURL(path).href)
}
