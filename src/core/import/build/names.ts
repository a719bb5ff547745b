/** The longest name that fits in a label. */
const MAX_LABEL = 63;

const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;

/** Gives names to the items of a list: each fits in a label, and none comes twice. */
export class Names {
  readonly #taken = new Set<string>();

  /** Whether a name is given already. */
  has(name: string): boolean {
    return this.#taken.has(name);
  }

  /** The first of some names that is free, or else the last one with a number behind it. */
  take(...wanted: readonly string[]): string {
    const labels = wanted.map(toLabel);
    const free = labels.find((label) => !this.#taken.has(label));
    const name = free ?? this.#numbered(labels.at(-1) ?? 'item');
    this.#taken.add(name);
    return name;
  }

  #numbered(label: string): string {
    for (let i = 2; ; i++) {
      const name = `${label.slice(0, MAX_LABEL - 1 - String(i).length)}-${i}`;
      if (!this.#taken.has(name)) return name;
    }
  }
}

/** A text as the nearest label: lower case, with hyphens for what a label cannot have. */
export function toLabel(text: string): string {
  if (text.length <= MAX_LABEL && LABEL.test(text)) return text;
  const label = text
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '-')
    .slice(0, MAX_LABEL);
  let [start, end] = [0, label.length];
  while (label[start] === '-') start += 1;
  while (end > start && label[end - 1] === '-') end -= 1;
  return label.slice(start, end) || 'item';
}
