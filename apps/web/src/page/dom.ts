/** The element with this id in index.html. */
export function byId<Type extends HTMLElement = HTMLElement>(id: string): Type {
  const found = document.getElementById(id)
  if (!found) throw new Error(`index.html has no #${id}`)
  return found as Type
}

/** Makes an element with attributes, CSS variables (names with `--`) and children. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    // The page's policy forbids style attributes.
    if (name.startsWith('--')) made.style.setProperty(name, value)
    else made.setAttribute(name, value)
  }
  made.append(...children)
  return made
}

export function svg(
  tag: string,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: (Node | string)[]
): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value))
  made.append(...children)
  return made
}

/** Milliseconds between two redraws: smooth enough, and the main thread stays free. */
const PAUSE = 120

/** Returns a function that calls `draw` soon, but not more often than every `PAUSE` milliseconds. */
export function throttled(draw: () => void): () => void {
  let asked = false
  let drawn = -PAUSE
  return () => {
    if (asked) return
    asked = true
    setTimeout(
      () =>
        requestAnimationFrame((now) => {
          asked = false
          drawn = now
          draw()
        }),
      Math.max(0, drawn + PAUSE - performance.now()),
    )
  }
}

/** Saves bytes as a file. */
export function download(name: string, type: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  element('a', { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** Ends the current task, so that the page can handle input before the next one. */
export const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))
