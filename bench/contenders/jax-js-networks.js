/**
 * The networks in jax-js. Every use of an array consumes it; `.ref` keeps it.
 *
 * @typedef {object} Network
 * @property {any[]} parameters in the order that `logits` uses
 * @property {number[]} norms units of each BatchNormalization
 * @property {number[]} image shape of an image
 * @property {number[]} axes of the mean of a BatchNormalization
 * @property {number[]} masked shape of the Dropout's mask for one image; [] for none
 * @property {(weights: any[], x: any, normalise: (h: any, index: number) => any, drop: (h: any) => any) => any} logits
 */

/** @returns {Network} */
export function baseline(jax) {
  const { numpy: np, nn } = jax
  const norm = () => [np.ones([30]), np.zeros([30])]
  return {
    parameters: [...dense(np, 28, 30), ...norm(), ...dense(np, 30, 30), ...norm(), ...dense(np, 28 * 58, 10)],
    norms: [30, 30],
    image: [28, 28],
    axes: [0],
    masked: [28, 30],
    logits(weights, x, normalise, drop) {
      const [k1, b1, g1, s1, k2, b2, g2, s2, k3, b3] = weights
      const rows = x.shape[0]
      let h = nn.relu(np.matmul(x.ref.reshape([rows * 28, 28]), k1).add(b1))
      h = normalise(h, 0).mul(g1).add(s1)
      h = nn.relu(np.matmul(h, k2).add(b2))
      h = drop(normalise(h, 1).mul(g2).add(s2))
      const joined = np.concatenate([x, h.reshape([rows, 28, 30])], -1)
      return np.matmul(joined.reshape([rows, 28 * 58]), k3).add(b3)
    },
  }
}

/** The network that networks.js describes, on channels first. @returns {Network} */
export function imageNetwork(jax, parts) {
  const { numpy: np, nn, lax } = jax
  const parameters = []
  const norms = []
  /** Adds the weights of a convolution and its normalization. @returns what applies them */
  const convolution = (channels, filters, strides = 1, kernel = 3) => {
    const at = parameters.length
    const index = norms.length
    const count = kernel * kernel * channels * filters
    const values = normals(count, Math.sqrt(2 / (kernel * kernel * channels)))
    parameters.push(np.array(values).reshape([filters, channels, kernel, kernel]))
    parameters.push(np.ones([filters, 1, 1]), np.zeros([filters, 1, 1]))
    norms.push(filters)
    return (weights, normalise, x) => {
      const [k, gamma, beta] = weights.slice(at, at + 3)
      return normalise(lax.convGeneralDilated(x, k, [strides, strides], 'SAME'), index)
        .mul(gamma)
        .add(beta)
    }
  }
  let channels = 1
  const layers = parts.map((part) => {
    if (part === 'pool') {
      return (_weights, _normalise, x) => {
        const [rows, filters, height, width] = x.shape
        return np.max(x.reshape([rows, filters, height / 2, 2, width / 2, 2]), [3, 5])
      }
    }
    const before = channels
    if (typeof part === 'number') {
      channels = part
      const apply = convolution(before, part)
      return (weights, normalise, x) => nn.relu(apply(weights, normalise, x))
    }
    const { residual, strides } = part
    channels = residual
    const [first, second] = [convolution(before, residual, strides), convolution(residual, residual)]
    const short = strides === undefined ? undefined : convolution(before, residual, strides, 1)
    return (weights, normalise, x) => {
      const deep = second(weights, normalise, nn.relu(first(weights, normalise, x.ref)))
      return nn.relu(deep.add(short ? short(weights, normalise, x) : x))
    }
  })
  parameters.push(...dense(np, channels, 10))
  return {
    parameters,
    norms,
    image: [1, 28, 28],
    axes: [0, 2, 3],
    masked: [],
    logits(weights, x, normalise) {
      const maps = layers.reduce((h, apply) => apply(weights, normalise, h), x)
      const [kernel, bias] = weights.slice(-2)
      return np.matmul(np.mean(maps, [2, 3]), kernel).add(bias)
    },
  }
}

function dense(np, inputs, units) {
  const limit = Math.sqrt(6 / (inputs + units))
  const values = Float32Array.from({ length: inputs * units }, () => (2 * Math.random() - 1) * limit)
  return [np.array(values).reshape([inputs, units]), np.zeros([units])]
}

function normals(count, deviation) {
  return Float32Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()))
    return deviation * radius * Math.cos(2 * Math.PI * Math.random())
  })
}
