/** A buffer in the program's memory. Its address is known once everything is planned. */
export class Storage {
  readonly name: string
  readonly bytes: number
  /** Lives as long as the program, and starts as zeros. Otherwise its room is shared with others before and after. */
  readonly persistent: boolean
  /** The storage this one is a part of. */
  readonly parent: Storage | undefined
  readonly offset: number
  readonly parts: Storage[] = []
  /** Its room is shared with storages of the same layout alone, and begins as zeros. */
  layout: string | undefined
  /** It belongs to another program, and has its address already. */
  readonly foreign: boolean = false
  #address: number | undefined

  constructor(name: string, bytes: number, persistent = false, parent?: Storage, offset = 0) {
    this.name = name
    this.bytes = bytes
    this.persistent = persistent
    this.parent = parent
    this.offset = offset
    parent?.parts.push(this)
  }

  /** A buffer of another program in the same memory. */
  static of(name: string, bytes: number, address: number): Storage {
    const storage = new Storage(name, bytes, true)
    return Object.assign(storage, { foreign: true, address })
  }

  get root(): Storage {
    return this.parent ? this.parent.root : this
  }

  get address(): number {
    if (this.parent) return this.parent.address + this.offset
    if (this.#address === undefined) throw new Error(`${this.name} has no address yet`)
    return this.#address
  }

  set address(value: number) {
    this.#address = value
  }

  at(offset = 0): Reference {
    return { storage: this, offset }
  }
}

/** An address in the making. */
export interface Reference {
  readonly storage: Storage
  readonly offset: number
}

export function addressOf(reference: Reference | number): number {
  return typeof reference === 'number' ? reference : reference.storage.address + reference.offset
}
