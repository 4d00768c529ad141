import { networkParts } from '../networks.js'
import { measure, readImages, scaled } from './adapter.js'
import { baseline, imageNetwork } from './jax-js-networks.js'

/**
 * jax-js, with one jit-compiled function for a training step, as its documentation recommends. Every use of an array
 * consumes it; `.ref` keeps it.
 */
await measure(async ({ data, network: name }) => {
  const jax = await import('@jax-js/jax')
  const { numpy: np, nn, random } = jax
  await jax.init('wasm')
  jax.defaultDevice('wasm')
  const { train, test } = readImages(data)
  const classes = np.arange(10)
  const network = name ? imageNetwork(jax, networkParts[name]) : baseline(jax)
  const zeros = () => parameters.map((p) => np.zeros(p.shape))
  // Channels come before rows and columns.
  const perUnit = (units) => (network.axes.length === 1 ? [units] : [units, 1, 1])

  let { parameters } = network
  /** Moving mean and variance of each BatchNormalization. */
  let moving = network.norms.flatMap((units) => [np.zeros(perUnit(units)), np.ones(perUnit(units))])
  let [first, second] = [zeros(), zeros()]
  let iteration = 0

  const lossOf = (weights, x, y, mask) => {
    const statistics = []
    const logits = network.logits(
      weights,
      x,
      (h) => {
        const units = perUnit(h.shape[1])
        const mean = np.mean(h.ref, network.axes).reshape(units)
        const centred = h.sub(mean.ref)
        const variance = np.mean(np.square(centred.ref), network.axes).reshape(units)
        statistics.push(mean, variance.ref)
        return centred.div(np.sqrt(variance.add(1e-3)))
      },
      (h) => h.mul(mask),
    )
    const target = np.equal(y.reshape([-1, 1]), classes.ref).astype(np.float32)
    return [
      nn
        .logSoftmax(logits, -1)
        .mul(target)
        .sum()
        .mul(-1 / 32),
      statistics,
    ]
  }

  const step = jax.jit((weights, m, v, averages, x, y, key, size) => {
    const [rows, units] = network.masked
    const mask =
      units === undefined
        ? key
        : random
            .bernoulli(key, 0.5, [32 * rows, units])
            .astype(np.float32)
            .mul(2)
    const pixels = x.astype(np.float32).mul(1 / 255)
    const differentiate = jax.valueAndGrad(lossOf, { hasAux: true })
    const [[loss, statistics], gradients] = differentiate(refs(weights), pixels, y, mask)
    const averaged = averages.map((a, i) => a.mul(0.99).add(statistics[i].mul(0.01)))
    const firsts = m.map((a, i) => a.mul(0.9).add(gradients[i].ref.mul(0.1)))
    const seconds = v.map((a, i) => a.mul(0.999).add(np.square(gradients[i]).mul(0.001)))
    const updated = weights.map((w, i) =>
      w.sub(firsts[i].ref.mul(size.ref).div(np.sqrt(seconds[i].ref).add(1e-7))),
    )
    size.dispose()
    return [updated, firsts, seconds, averaged, loss]
  })

  const probabilities = jax.jit((weights, averages, x) => {
    const logits = network.logits(
      weights,
      x,
      (h, i) => h.sub(averages[2 * i]).div(np.sqrt(averages[2 * i + 1].add(1e-3))),
      (h) => h,
    )
    return nn.softmax(logits, -1)
  })

  const predict = async (from, to) => {
    const x = np.array(scaled(test, from, to)).reshape([to - from, ...network.image])
    return probabilities(refs(parameters), refs(moving), x).data()
  }

  const adapter = {
    async train(rows, epochs, validate) {
      for (let epoch = 0; epoch < epochs; epoch++) {
        const order = shuffled(rows)
        for (let from = 0; from + 32 <= rows; from += 32) {
          const x = new Float32Array(32 * 784)
          const y = new Float32Array(32)
          for (let row = 0; row < 32; row++) {
            const index = order[from + row]
            for (let i = 0; i < 784; i++) x[row * 784 + i] = train.images[index * 784 + i]
            y[row] = train.labels[index]
          }
          iteration++
          const size = (0.001 * Math.sqrt(1 - 0.999 ** iteration)) / (1 - 0.9 ** iteration)
          let loss
          ;[parameters, first, second, moving, loss] = step(
            parameters,
            first,
            second,
            moving,
            np.array(x).reshape([32, ...network.image]),
            np.array(y),
            random.key(iteration),
            np.array(size),
          )
          await loss.data()
        }
        if (validate) await adapter.accuracy()
      }
    },
    async accuracy() {
      let right = 0
      for (let from = 0; from < test.count; from += 1000) {
        const found = await predict(from, from + 1000)
        for (let row = 0; row < 1000; row++) {
          const own = found.subarray(row * 10, row * 10 + 10)
          if (own.indexOf(Math.max(...own)) === test.labels[from + row]) right++
        }
      }
      return right / test.count
    },
    async predict() {
      for (let from = 0; from < test.count; from += 1000) await predict(from, from + 1000)
    },
    predictOne: (image) => predict(image, image + 1),
    versions: { node: process.version, 'jax-js': '0.1.25' },
  }
  return adapter
})

/** New references to the same arrays. */
function refs(arrays) {
  return arrays.map((array) => array.ref)
}

function shuffled(count) {
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1))
    ;[order[i], order[j]] = [order[j], order[i]]
  }
  return order
}
