/** One of the four files of a data set in MNIST's format. */
export interface IdxFileInfo {
  /** Without `.gz`. */
  readonly name: string
  readonly shape: readonly number[]
  /** SHA-256 of the unpacked file, hex. Compressed files differ between mirrors. */
  readonly sha256: string
}

/** The four files of a data set in MNIST's format. */
export interface FourFiles<T> {
  readonly trainImages: T
  readonly trainLabels: T
  readonly testImages: T
  readonly testLabels: T
}

const classNames = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
] as const

/**
 * Fashion-MNIST as its authors published it: 60,000 training and 10,000 test images of 28 × 28 grey bytes in 10 classes.
 * Source: Xiao, Rasul and Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms" (2017).
 */
export const fashionMnistInfo = {
  name: 'fashion-mnist',
  homepage: 'https://github.com/zalandoresearch/fashion-mnist',
  license: 'MIT',
  classNames,
  files: {
    trainImages: {
      name: 'train-images-idx3-ubyte',
      shape: [60_000, 28, 28],
      sha256: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    },
    trainLabels: {
      name: 'train-labels-idx1-ubyte',
      shape: [60_000],
      sha256: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    },
    testImages: {
      name: 't10k-images-idx3-ubyte',
      shape: [10_000, 28, 28],
      sha256: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    },
    testLabels: {
      name: 't10k-labels-idx1-ubyte',
      shape: [10_000],
      sha256: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    },
  } satisfies FourFiles<IdxFileInfo>,
  /** Addresses of folders that hold `<name>.gz`. */
  mirrors: [
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
  ],
  /** The folder in which Debian's and Ubuntu's package `dataset-fashion-mnist` installs the files. */
  systemDirectory: '/usr/share/datasets/fashion-mnist',
} as const
