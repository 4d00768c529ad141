import type { ExportFormat } from '../format.ts'
import { keras } from './keras.ts'
import { onnx } from './onnx.ts'
import { tfjs } from './tfjs.ts'

/** Every format of `treadle export`. A new one is a file like those above and an entry here. */
export const formats: readonly ExportFormat[] = [tfjs, keras, onnx]
