import Type from 'typebox';
import { atomicList, object, oneOf } from './shapes/shapes.ts';

const { Optional } = Type;

/** The rules of the linter, by name. */
export const ANTI_PATTERNS = [
  'direct-apply',
  'empty-blueprint',
  'forgotten-suspension',
  'missing-depends-on',
  'missing-reference',
  'mutable-ref',
  'no-decryption',
  'own-account',
  'plaintext-secret',
  'renamed-release',
  'shared-path',
  'shared-release',
  'shared-secret',
  'short-interval',
  'two-managers',
  'unbounded-wait',
  'undelivered-alert',
  'unreachable-path',
  'wildcard-source',
  'wrong-dependency',
] as const;
/** One of {@link ANTI_PATTERNS}. */
export type AntiPattern = (typeof ANTI_PATTERNS)[number];

/** `policy`. */
export const Policy = object('What happens on bad practice.', {
  antiPatterns: Optional(
    oneOf(
      ['Warn', 'Enforce', 'Disabled'],
      'Warn (the default): findings in status and events. Enforce: the blueprint is refused. Disabled: no findings. Warn holds nothing back: to see before a change which Helm releases it renames, use `fluxblueprint render --live`.',
    ),
  ),
  exceptions: Optional(
    atomicList(
      'Findings that are known and accepted.',
      object('An exception.', {
        rule: oneOf(ANTI_PATTERNS, 'The rule.'),
        target: Type.String({
          description: 'What the finding is about, e.g. `alerts/on-call` or `apps/shop`.',
          minLength: 1,
          maxLength: 256,
        }),
        reason: Type.String({ description: 'Why it is accepted.', minLength: 1, maxLength: 1024 }),
      }),
      100,
    ),
  ),
});
