/** Passes values on, one after the other. While one is being passed on, only the latest of the others waits. */
export class Latest<Value> {
  readonly #pass: (value: Value) => Promise<unknown>
  #waiting: { readonly value: Value } | undefined
  #passing: Promise<void> | undefined
  #error: unknown

  constructor(pass: (value: Value) => Promise<unknown>) {
    this.#pass = pass
  }

  set(value: Value): void {
    this.#waiting = { value }
    this.#passing ??= this.#run()
  }

  /** Resolves when all is passed on. @throws the first error of `pass` */
  async idle(): Promise<void> {
    await this.#passing
    if (this.#error !== undefined) throw this.#error
  }

  async #run(): Promise<void> {
    while (this.#waiting !== undefined) {
      const { value } = this.#waiting
      this.#waiting = undefined
      await this.#pass(value).catch((error: unknown) => (this.#error ??= error))
    }
    this.#passing = undefined
  }
}
