/**
 * The rules of good practice: one file for each, which exports a rule with its id. A rule sees only its input and never
 * another rule. To add one, write its file, list it in {@link RULES} and test it. Files that export no rule hold parts
 * of one: `alert-provider.ts`, `notification-needs.ts`, `references.ts`, `unordered-sources.ts`.
 */

import type { LintRule } from '../model/input.ts';
import { directApply } from './direct-apply.ts';
import { emptyBlueprint } from './empty-blueprint.ts';
import { forgottenSuspension } from './forgotten-suspension.ts';
import { missingDependsOn } from './missing-depends-on.ts';
import { missingReference } from './missing-reference.ts';
import { mutableRef } from './mutable-ref.ts';
import { noDecryption } from './no-decryption.ts';
import { ownAccount } from './own-account.ts';
import { plaintextSecret } from './plaintext-secret.ts';
import { renamedRelease } from './renamed-release.ts';
import { sharedPath } from './shared-path.ts';
import { sharedRelease } from './shared-release.ts';
import { sharedSecret } from './shared-secret.ts';
import { shortInterval } from './short-interval.ts';
import { twoManagers } from './two-managers.ts';
import { undeliveredAlert } from './undelivered-alert.ts';
import { unboundedWait } from './unbounded-wait.ts';
import { unreachablePath } from './unreachable-path.ts';
import { wildcardSource } from './wildcard-source.ts';
import { wrongDependency } from './wrong-dependency.ts';

/** All rules: one for each of `ANTI_PATTERNS`, in the same order. */
export const RULES: readonly LintRule[] = [
  directApply,
  emptyBlueprint,
  forgottenSuspension,
  missingDependsOn,
  missingReference,
  mutableRef,
  noDecryption,
  ownAccount,
  plaintextSecret,
  renamedRelease,
  sharedPath,
  sharedRelease,
  sharedSecret,
  shortInterval,
  twoManagers,
  unboundedWait,
  undeliveredAlert,
  unreachablePath,
  wildcardSource,
  wrongDependency,
];
