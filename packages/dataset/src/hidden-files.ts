/** Files and folders that a system hides or leaves behind. Cameras write names that begin with `_`. */
const hidden =
  /(^|\/)(\.|__MACOSX\/|@eaDir\/|\$RECYCLE\.BIN\/|(thumbs\.db|ehthumbs\.db|desktop\.ini|icon\r)$)/i

export const isHidden = (path: string): boolean => hidden.test(path)
