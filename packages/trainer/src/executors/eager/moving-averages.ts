/** Moving averages of a BatchNormalization layer, as in Keras: a ← a·momentum + batch·(1 − momentum), in float32. */
export class MovingAverages {
  constructor(
    private readonly mean: Float32Array,
    private readonly variance: Float32Array,
    private readonly momentum: number,
  ) {}

  update(mean: Float32Array, variance: Float32Array): void {
    this.#blend(this.mean, mean)
    this.#blend(this.variance, variance)
  }

  #blend(average: Float32Array, batch: Float32Array): void {
    const f = Math.fround
    const keep = f(this.momentum)
    const take = f(1 - this.momentum)
    for (let i = 0; i < average.length; i++)
      average[i] = f(f((average[i] as number) * keep) + f((batch[i] as number) * take))
  }
}
