// Saves the model that every host loads, and a model with a layer that the compiler does not have.
import { Classifier, initializeWeights, wideAndDeepClassifier } from '@treadle/model'
import { startRuntime } from '@treadle/runtime'
import { layers, sequential } from '@tensorflow/tfjs-layers'

const runtime = await startRuntime({ threads: 1 })
const classNames = Array.from({ length: 10 }, (_, index) => `class ${index}`)
await Classifier.from(wideAndDeepClassifier({ seed: 1 }), { classNames }).save('model')
const recurrent = sequential({
  layers: [
    layers.simpleRNN({ units: 8, inputShape: [28, 28], recurrentInitializer: 'glorotUniform' }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ],
})
initializeWeights(recurrent, 1)
await Classifier.from(recurrent, { classNames }).save('recurrent')
await runtime.dispose()
