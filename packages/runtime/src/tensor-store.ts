import { TreadleError } from '@treadle/core'
import * as tf from '@tensorflow/tfjs-core'
import type { BackendValues, DataId, DataType, TensorInfo } from '@tensorflow/tfjs-core'
import { freeName, type RegisteredBackend } from './backend.ts'
import { stockKernels } from './stock.ts'

interface Entry {
  readonly values: BackendValues
  readonly dtype: DataType
  references: number
}

/** A backend that only stores tensors: enough to build models, and to read and write their weights. */
class TensorStore extends tf.KernelBackend {
  readonly #entries = new tf.DataStorage<Entry>(this, tf.engine())

  override write(values: BackendValues, _shape: number[], dtype: DataType): DataId {
    const dataId = {}
    this.#entries.set(dataId, { values, dtype, references: 1 })
    return dataId
  }

  override move(
    dataId: DataId,
    values: BackendValues,
    _shape: number[],
    dtype: DataType,
    references: number,
  ): void {
    this.#entries.set(dataId, { values, dtype, references })
  }

  override async read(dataId: DataId): Promise<BackendValues> {
    return this.readSync(dataId)
  }

  override readSync(dataId: DataId): BackendValues {
    return this.#entries.get(dataId).values
  }

  override numDataIds(): number {
    return this.#entries.numDataIds()
  }

  override refCount(dataId: DataId): number {
    return this.#entries.has(dataId) ? this.#entries.get(dataId).references : 0
  }

  override incRef(dataId: DataId): void {
    this.#entries.get(dataId).references++
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.#entries.has(dataId)) return true
    const entry = this.#entries.get(dataId)
    entry.references--
    if (entry.references > 0 && !force) return false
    this.#entries.delete(dataId)
    return true
  }

  override memory() {
    return { unreliable: true }
  }

  override timerAvailable(): boolean {
    return false
  }

  override floatPrecision(): 16 | 32 {
    return 32
  }

  override epsilon(): number {
    return 1e-7
  }

  override dispose(): void {}
}

type Shared = { readonly x: TensorInfo }

/** The same elements, in another shape. */
const share = ({ inputs, backend, attrs }: Parameters<tf.KernelFunc>[0]): TensorInfo => {
  const { x } = inputs as Shared
  ;(backend as TensorStore).incRef(x.dataId)
  const size = tf.util.sizeFromShape(x.shape)
  const { shape } = (attrs ?? {}) as { shape?: number[] }
  return {
    dataId: x.dataId,
    dtype: x.dtype,
    shape: shape ? tf.util.inferFromImplicitShape(shape, size) : x.shape,
  }
}

/**
 * Registers a backend without kernels, which wide SIMD forbids, and makes it the active one. An operation of TensorFlow.js
 * throws `RUNTIME_WIDE_SIMD_KERNEL`.
 */
export async function registerStore(): Promise<RegisteredBackend> {
  const name = freeName()
  const before = tf.getBackend() as string | null
  for (const kernelName of stockKernels.keys()) {
    const kernelFunc =
      kernelName === tf.Identity || kernelName === tf.Reshape ? share : () => refuse(kernelName)
    tf.registerKernel({ kernelName, backendName: name, kernelFunc })
  }
  tf.registerBackend(name, () => new TensorStore())
  await tf.setBackend(name)
  return {
    name,
    async remove() {
      const active = tf.getBackend() === name
      for (const { kernelName } of tf.getKernelsForBackend(name)) tf.unregisterKernel(kernelName, name)
      tf.removeBackend(name)
      if (active && before && tf.findBackendFactory(before)) await tf.setBackend(before)
    },
  }
}

function refuse(kernelName: string): never {
  throw new TreadleError(
    'RUNTIME_WIDE_SIMD_KERNEL',
    `The operation ${kernelName} of TensorFlow.js cannot run with wide SIMD, which is for compiled programs only. Start the runtime without \`wideSimd\` (--no-wide-simd).`,
  )
}
