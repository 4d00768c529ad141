declare module 'jpeg-js/lib/decoder.js' {
  import { decode } from 'jpeg-js'
  export default decode
}
