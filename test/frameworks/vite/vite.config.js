// For the development server of Vite 5 to 7, which moves optimized modules away from the files beside them.
export default {
  optimizeDeps: {
    exclude: ['@treadle/image', '@treadle/kernels', '@treadle/runtime'],
    include: ['@tensorflow/tfjs-core'],
  },
  build: { target: 'es2022' },
}
