/** What a model is, what it was trained on and how, and how good it is: card.json in its folder. */
export interface ModelCard {
  readonly name: string
  readonly description: string
  readonly dataset: {
    readonly name: string
    readonly address: string
    readonly licence: string
    /** Number of training and of test images. */
    readonly train: number
    readonly test: number
    /** SHA-256 of each file in hexadecimal digits, unpacked, by its name. */
    readonly sha256: Readonly<Record<string, string>>
  }
  /** The command that trained the model. It gives the same weights again. */
  readonly command: string
  readonly seed: number
  readonly epochs: number
  readonly parameters: number
  /** Share of the test images that the model classifies correctly. */
  readonly testAccuracy: number
  /** The same for the 1,000 test images of the sample in @treadle/dataset. */
  readonly sampleTestAccuracy: number
  /** The file weights.bin. */
  readonly weights: {
    readonly dtype: 'float32'
    readonly bytes: number
    /** SHA-256 of its bytes in hexadecimal digits, as `weightsSha256` of @treadle/model returns it. */
    readonly sha256: string
  }
  /** Version of Treadle that trained the model. */
  readonly treadle: string
}
