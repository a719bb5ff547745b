import Type from 'typebox';
import { atomicList, object, oneOf, text } from './shapes.ts';

const { Optional } = Type;

/** The rules of good practice. */
export const ANTI_PATTERNS = [
  'direct-apply',
  'forgotten-suspension',
  'missing-depends-on',
  'missing-reference',
  'mutable-ref',
  'no-decryption',
  'plaintext-secret',
  'short-interval',
  'unbounded-wait',
  'wildcard-source',
] as const;
/** One of {@link ANTI_PATTERNS}. */
export type AntiPattern = (typeof ANTI_PATTERNS)[number];

/** `policy`. */
export const Policy = object('What is said of bad practice.', {
  antiPatterns: Optional(
    oneOf(
      ['Warn', 'Enforce', 'Disabled'],
      'Warn (the default): findings in status and events. Enforce: the blueprint is refused. Disabled: nothing.',
    ),
  ),
  exceptions: Optional(
    atomicList(
      'Findings that are known and accepted.',
      object('An exception.', {
        rule: oneOf(ANTI_PATTERNS, 'The rule.'),
        target: text('What it is about, e.g. `alerts/on-call` or `apps/shop`.', 256),
        reason: text('Why it is accepted.', 1024),
      }),
      100,
    ),
  ),
});
