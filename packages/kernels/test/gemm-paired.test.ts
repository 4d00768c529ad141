import { describeProducts } from './products.ts'

describeProducts({ relaxed: false, paired: true })
