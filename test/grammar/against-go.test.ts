import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildProgram } from '../control-plane/index.ts';
import { OURS } from '../core/grammar/ours.ts';
import { type Grammar, TEXTS } from '../core/grammar/texts.ts';

/** How many texts of each grammar are made by changing others. */
const MADE = 1_500;

/** Which texts a field with the grammar may have, where the pattern of Flux's CRD says it. */
const LET_THROUGH: Readonly<Partial<Record<Grammar, RegExp>>> = {
  url: /^(?:https?|ssh):\/\//,
  oci: /^oci:\/\//,
};

/** Texts in which a few characters are others, missing, or moved. */
function changed(texts: readonly string[]): fc.Arbitrary<string> {
  const characters = [...new Set(texts.join(''))];
  const change = fc.record({
    at: fc.nat(60),
    remove: fc.nat(2),
    insert: fc.option(fc.oneof(fc.constantFrom(...characters), fc.constantFrom(...texts)), { nil: '' }),
  });
  return fc
    .tuple(fc.constantFrom(...texts), fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([text, changes]) =>
      changes.reduce(
        (now, { at, remove, insert }) => now.slice(0, at) + insert + now.slice(at + remove),
        text,
      ),
    );
}

test('no grammar refuses what Go takes, and each refuses all that its texts show', async () => {
  const { path } = await buildProgram('go-grammars');
  const questions = (Object.keys(TEXTS) as Grammar[]).flatMap((grammar) => {
    const made =
      grammar === 'duration' ? [] : fc.sample(changed(TEXTS[grammar]), { numRuns: MADE, seed: 12 });
    const allowed = LET_THROUGH[grammar];
    return [...TEXTS[grammar], ...made]
      .filter((text) => allowed?.test(text) !== false && text.isWellFormed())
      .map((text) => [grammar, text] as const);
  });
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join('');
  const answers = execFileSync(path, { input, encoding: 'utf8', maxBuffer: 1e9 }).split('\n');
  const verdicts = questions.map(([grammar, text], i) => {
    return { grammar, text, ours: OURS[grammar](text), go: answers[i] ?? '' };
  });
  expect(verdicts.filter(({ ours, go }) => ours !== undefined && go === '')).toEqual([]);
  const refused = verdicts.filter(({ go }) => go !== '');
  const missed = refused.filter(({ ours }) => ours === undefined);
  // What needs types of CEL, or what is left to Flux on purpose, is a small part.
  expect(missed.length).toBeLessThan(refused.length / 10);
});
