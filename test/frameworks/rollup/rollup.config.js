import commonjs from '@rollup/plugin-commonjs'
import resolve from '@rollup/plugin-node-resolve'

export default {
  input: 'app.js',
  output: { dir: 'dist/assets', format: 'es' },
  plugins: [resolve({ browser: true }), commonjs()],
}
