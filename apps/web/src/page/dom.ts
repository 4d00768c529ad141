/** The element of that id in index.html. */
export function byId<Type extends HTMLElement = HTMLElement>(id: string): Type {
  const found = document.getElementById(id)
  if (!found) throw new Error(`index.html has no #${id}`)
  return found as Type
}

/** An element with attributes, properties of its style sheet, and children. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    // Through the object model: the page's policy forbids style attributes.
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

/** Milliseconds between two drawings of what changes all the time: smooth enough, and the page's thread stays free. */
const PAUSE = 120

/** Calls `draw` soon, but not more often than is worth it, however often it is asked for. */
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

/** Has the browser save bytes as a file. */
export function download(name: string, type: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  element('a', { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** Ends the present task, so that the page can answer before the next piece of work. */
export const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))
