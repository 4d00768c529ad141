/** Files by their paths, as a page gets them from a folder that a person has dropped. */
export function dropped(files: Readonly<Record<string, Uint8Array<ArrayBuffer> | string>>): {
  files: File[]
} {
  return {
    files: Object.entries(files).map(([path, contents]) => {
      const file = new File([contents], path.slice(path.lastIndexOf('/') + 1))
      if (path.includes('/')) Object.defineProperty(file, 'webkitRelativePath', { value: `dropped/${path}` })
      return file
    }),
  }
}
