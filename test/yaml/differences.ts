import type { Fault } from '../../src/core/yaml/tokens/fault.ts';
import type { Document } from '../../src/core/yaml/documents/read-documents.ts';
import { type Answer, canonical } from './ask-go.ts';

/** What we refuse on purpose though kubectl reads it; `docs/decisions/0006-yaml.md` says why. */
const REFUSED: readonly RegExp[] = [
  // kubectl drops it without a word.
  /^Kubernetes reads nothing from here on/,
  /^Kubernetes reads no directives/,
  // kubectl keeps one of them, at random where only their texts are equal. The API server refuses them.
  /^Map keys must be unique/,
  /^Kubernetes would replace keys that stand before <</,
  // A double does not hold it.
  /^the integer has more digits than are kept exactly/,
  // go-yaml replaces what is no text.
  /^bytes that are no text cannot be sent/,
  // go-yaml takes the second mark for a character that is to be passed in every line.
  /^the text begins with two byte order marks/,
  // Far more than a blueprint may have.
  /^is nested too deep to be read/,
];

/** Says how we read a text otherwise than Kubernetes; undefined where we do not, or do so on purpose. */
export function findDifference(text: string, ours: readonly Document[], go: Answer): string | undefined {
  const faults = ours.flatMap((document) => (document.ok ? [] : document.faults));
  const refusal = go.error ?? go.strict;
  if (refusal !== undefined && faults.length > 0) return undefined;
  if (go.error !== undefined) return `Kubernetes says: ${go.error}`;
  const wrong = faults.filter((fault) => !isDeliberate(fault)).map(({ message }) => message);
  if (wrong.length > 0) return `Kubernetes reads it, and we say: ${wrong.join('; ')}`;
  if (faults.length > 0) return undefined;
  // A strict reader lets no key of a map replace one that is merged into it, which is what merging is for.
  if (go.strict !== undefined && !text.includes('<<')) return `a strict reader says: ${go.strict}`;
  const values = ours.map((document) => (document.ok ? document.value : undefined));
  return canonical(values) === canonical(go.documents)
    ? undefined
    : `Kubernetes reads ${canonical(go.documents)}, and we read ${canonical(values)}`;
}

function isDeliberate({ message }: Fault): boolean {
  return REFUSED.some((refused) => refused.test(message));
}
