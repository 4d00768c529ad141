import { TreadleError } from '@treadle/core'
import { util } from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { BackendName } from './backend-name.ts'
import type { Instance } from './instantiate.ts'
import type { KernelCalls } from './kernel-calls.ts'
import { KernelProgram } from './kernel-program.ts'
import type { ProgramSize } from './kernel-program.ts'
import type { PoolSwitch } from './pool-switch.ts'
import { BackendWasm } from './stock.ts'
import type { CFunctions, TfjsModule } from './tfjs-module.ts'

/** Bytes of one shape argument of a C function: 16 dimensions, more than any kernel uses. */
const SHAPE_BYTES = 64
const SHAPE_SLOTS = 4
/** The first ID of an alias. IDs of tensors count up from 1. */
const FIRST_ALIAS = 0x8000_0000

/**
 * tfjs's WASM backend on the module of an `Instance`. Adds the methods that kernels need to call the module's C functions
 * directly. After `dispose`, every read of its tensors throws `RUNTIME_DISPOSED`.
 */
export class TreadleBackend extends BackendWasm {
  readonly name: BackendName
  readonly module: TfjsModule
  /** The module's C functions. */
  readonly c: CFunctions
  readonly pool: PoolSwitch
  readonly #instance: Instance
  readonly #calls: KernelCalls
  readonly #shapes: number
  #nextAlias = FIRST_ALIAS
  #disposed = false

  constructor(instance: Instance, name: BackendName, calls: KernelCalls) {
    const { module, pool } = instance
    super(module)
    this.name = name
    this.module = module
    this.c = module.asm
    this.pool = pool
    this.#instance = instance
    this.#calls = calls
    this.#shapes = module.allocate(SHAPE_BYTES * SHAPE_SLOTS)
    // The module caches packed weights by tensor ID, so a second backend on the same module must not reuse IDs.
    Object.assign(this, { dataIdNextNumber: instance.nextTensor })
  }

  /** The ID of a tensor in the module. */
  id(tensor: TensorInfo): number {
    return this.dataIdMap.get(tensor.dataId).id
  }

  /** The address of a tensor's first element. */
  address(tensor: TensorInfo): number {
    return this.dataIdMap.get(tensor.dataId).memoryOffset
  }

  /** A view of the elements of a float32 tensor, valid until the next allocation. */
  floats(tensor: TensorInfo): Float32Array {
    return this.typedArrayFromHeap(tensor) as Float32Array
  }

  /** A view of a tensor's elements for bitwise copies: int32 words, or bytes for a bool tensor. */
  words(tensor: TensorInfo): Int32Array | Uint8Array {
    const { memoryOffset } = this.dataIdMap.get(tensor.dataId)
    const size = util.sizeFromShape(tensor.shape)
    if (tensor.dtype === 'bool') return new Uint8Array(this.module.HEAPU8.buffer, memoryOffset, size)
    return new Int32Array(this.module.HEAPU8.buffer, memoryOffset, size)
  }

  /**
   * Gives `compute` a program of the kernels that fills `out`, and frees the program's buffers. Disposes `out` if
   * `compute` fails, for example because the memory is full.
   */
  program<Result>(out: TensorInfo, size: ProgramSize, compute: (program: KernelProgram) => Result): Result {
    const program = new KernelProgram(this.#calls, size)
    try {
      return compute(program)
    } catch (error) {
      this.disposeData(out.dataId)
      throw error
    } finally {
      program.dispose()
    }
  }

  /** Returns a new tensor over the same elements. */
  share(tensor: TensorInfo, shape: number[] = tensor.shape): TensorInfo {
    this.incRef(tensor.dataId)
    return { dataId: tensor.dataId, shape, dtype: tensor.dtype }
  }

  /** Registers `size` elements at `address` in the module and returns their ID, which is valid until `dropAlias`. */
  alias(address: number, size: number): number {
    const id = this.#nextAlias++
    if (this.#nextAlias > 0xffff_ffff) this.#nextAlias = FIRST_ALIAS
    this.module.tfjs.registerTensor(id, size, address)
    return id
  }

  dropAlias(id: number): void {
    this.module.tfjs.disposeData(id)
  }

  /** Writes `dimensions` to one of four argument slots for a C function, and returns the address of the slot. */
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
    if (this.#disposed) throw disposed('Creating a tensor')
    super.move(...parameters)
  }

  override disposeData(...parameters: Parameters<BackendWasm['disposeData']>): boolean {
    return this.#disposed || super.disposeData(...parameters)
  }

  override dispose(): void {
    // The instance owns the memory and the threads. `tf.engine().reset()` keeps the instance and creates another backend
    // on it.
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
    `${operation} failed: the runtime of this backend was disposed. Read or save tensors before you dispose the runtime, and create new ones after the next start.`,
  )
}
