import { TreadleError } from '@treadle/core'
import { util } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Instance } from './instantiate.ts'
import type { PoolSwitch } from './pool-switch.ts'
import { BackendWasm } from './stock.ts'
import type { CFunctions, TfjsModule } from './tfjs-module.ts'

/** Bytes for one shape handed to a C function: 16 dimensions, more than any kernel takes. */
const SHAPE_BYTES = 64
const SHAPE_SLOTS = 4
/** Numbers of aliases start here; those of tensors count up from 1. */
const FIRST_ALIAS = 0x8000_0000

/**
 * tfjs's WASM backend on a module of ours, with what kernels need to call the module's C functions directly.
 * After `dispose` its tensors are gone, and say so.
 */
export class TreadleBackend extends BackendWasm {
  readonly module: TfjsModule
  /** The module's C functions. */
  readonly c: CFunctions
  readonly pool: PoolSwitch
  readonly #instance: Instance
  readonly #shapes: number
  #nextAlias = FIRST_ALIAS
  #disposed = false

  constructor(instance: Instance) {
    const { module, pool } = instance
    super(module)
    this.module = module
    this.c = module.asm
    this.pool = pool
    this.#instance = instance
    this.#shapes = module.allocate(SHAPE_BYTES * SHAPE_SLOTS)
    // The module keeps packed weights under the numbers of their tensors: a backend made again must not repeat them.
    Object.assign(this, { dataIdNextNumber: instance.nextTensor })
  }

  /** The number by which the module knows a tensor. */
  id(tensor: TensorInfo): number {
    return this.dataIdMap.get(tensor.dataId).id
  }

  /** The address of a tensor's first element. */
  address(tensor: TensorInfo): number {
    return this.dataIdMap.get(tensor.dataId).memoryOffset
  }

  /** A view of a float32 tensor's elements, good until anything is allocated. */
  floats(tensor: TensorInfo): Float32Array {
    return this.typedArrayFromHeap(tensor) as Float32Array
  }

  /** A view of a tensor's elements for copying them as they are: int32 words, or the bytes of a bool tensor. */
  words(tensor: TensorInfo): Int32Array | Uint8Array {
    const { memoryOffset } = this.dataIdMap.get(tensor.dataId)
    const size = util.sizeFromShape(tensor.shape)
    if (tensor.dtype === 'bool') return new Uint8Array(this.module.HEAPU8.buffer, memoryOffset, size)
    return new Int32Array(this.module.HEAPU8.buffer, memoryOffset, size)
  }

  /** Another tensor over the same elements. */
  share(tensor: TensorInfo, shape: number[] = tensor.shape): TensorInfo {
    this.incRef(tensor.dataId)
    return { dataId: tensor.dataId, shape, dtype: tensor.dtype }
  }

  /** Makes `size` elements at `address` known to the module under a number of their own, until `dropAlias`. */
  alias(address: number, size: number): number {
    const id = this.#nextAlias++
    if (this.#nextAlias > 0xffff_ffff) this.#nextAlias = FIRST_ALIAS
    this.module.tfjs.registerTensor(id, size, address)
    return id
  }

  dropAlias(id: number): void {
    this.module.tfjs.disposeData(id)
  }

  /** Writes `dimensions` to where a C function reads them, and returns the address. A call has four slots. */
  shape(slot: 0 | 1 | 2 | 3, dimensions: readonly number[]): number {
    const address = this.#shapes + slot * SHAPE_BYTES
    const words = this.module.HEAP32
    for (let i = 0; i < dimensions.length; i++) words[(address >>> 2) + i] = dimensions[i] as number
    return address
  }

  override readSync(...parameters: Parameters<BackendWasm['readSync']>): ReturnType<BackendWasm['readSync']> {
    if (this.#disposed) throw disposed('Reading a tensor')
    this.module.check()
    return super.readSync(...parameters)
  }

  override move(...parameters: Parameters<BackendWasm['move']>): void {
    if (this.#disposed) throw disposed('Making a tensor')
    super.move(...parameters)
  }

  override disposeData(...parameters: Parameters<BackendWasm['disposeData']>): boolean {
    return this.#disposed || super.disposeData(...parameters)
  }

  override dispose(): void {
    // The memory goes as a whole, and the threads are ended by who started them; `tf.engine().reset()` keeps both, and
    // makes another backend on them.
    this.#instance.nextTensor = (this as unknown as { dataIdNextNumber: number }).dataIdNextNumber
    this.module.asm.free(this.#shapes)
    this.#disposed = true
    this.wasm = undefined as never
    Object.assign(this, { module: undefined, c: undefined })
  }
}

function disposed(operation: string): TreadleError {
  return new TreadleError(
    'RUNTIME_DISPOSED',
    `${operation} failed: the runtime it belongs to was disposed. Read or save what is needed before, and make new tensors after starting again.`,
  )
}
