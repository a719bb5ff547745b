/** A longer string is hardly ever met twice. */
const MAX_LENGTH = 256;

/** What lies deeper is left as it is. */
const MAX_DEPTH = 32;

/** So many strings are known at a time. When there are more it begins anew, which costs one copy more of each. */
const MAX_STRINGS = 4096;

/**
 * Makes equal strings one and the same. What comes from the API server says the same thousands of times: `apiVersion`,
 * labels, reasons, revisions. As they were parsed, those of 20,000 Kustomizations are 25 MB.
 */
export class StringPool {
  readonly #strings = new Map<string, string>();

  /**
   * Replaces the strings of parsed JSON in place, at every depth that is usual.
   *
   * @param except fields of its own that hold what nothing else does, such as a uid
   */
  share(value: unknown, except: readonly string[] = [], depth = 0): void {
    if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
    const fields = value as Record<string, unknown>;
    for (const key of Object.keys(fields)) {
      if (except.includes(key)) continue;
      const field = fields[key];
      if (typeof field === 'string') fields[key] = this.#one(field);
      else this.share(field, [], depth + 1);
    }
  }

  #one(text: string): string {
    if (text.length > MAX_LENGTH) return text;
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    if (this.#strings.size >= MAX_STRINGS) this.#strings.clear();
    this.#strings.set(text, text);
    return text;
  }
}
