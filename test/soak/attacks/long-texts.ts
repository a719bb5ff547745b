import { attackByBlueprints, range, type ToSpec } from '../attack.ts';

/** Beginnings of what the search for credentials looks for, which are repeated and never come to an end. */
const BEGINNINGS = [
  'eyJaaaaaaaaa.',
  '-----BEGIN A ',
  '://a:',
  '?token=',
  'password: ',
  'https://hooks.slack.com/services/a/',
  'LS0tLS1CRUdJTi',
  'a.b.c: |\n  ',
  '${A',
  '\u0000\u202e',
];

/** Texts of some hundred kilobytes that take a regular expression as long as they can. */
export const longTextsSpec: ToSpec = (random, name) => ({
  sources: [{ name: `${name}-charts`, helm: { url: 'https://example.com/charts' } }],
  layers: range(3).map((i) => ({
    name: `${name}-${i}`,
    helmRelease: {
      chart: { spec: { chart: 'web' } },
      values: Object.fromEntries(
        range(3).map((j) => [`text-${j}`, random.pick(BEGINNINGS).repeat(2000 + random.below(6000))]),
      ),
    },
  })),
});

/** Time, by texts that regular expressions read. */
export const longTexts = attackByBlueprints('long-texts', longTextsSpec, { rounds: 3, restMs: 1000 });
