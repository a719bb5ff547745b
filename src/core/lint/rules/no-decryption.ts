import type { Blueprint } from '../../../api/schema/blueprint.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import { checkEach } from '../model/check-each.ts';
import type { Breach } from '../model/finding.ts';
import type { LintRule } from '../model/input.ts';
import { specField } from '../model/spec-field.ts';

/**
 * "Secrets in Git (plaintext): use SOPS": a Kustomization that does not decrypt although others do. With `secrets.sops`
 * in the blueprint, every Kustomization inherits it, so one without has unset it on purpose: that is only an `info` for
 * whoever looks after the secrets. If Kustomizations set `decryption` one by one, a Kustomization of the same source
 * without it was probably forgotten, and an encrypted Secret in its folder would fail to apply.
 */
export const noDecryption: LintRule = {
  id: 'no-decryption',
  find: ({ blueprint, desired }, report) => {
    const kustomizations = desired.objects.filter(({ ref }) => ref.kind === 'Kustomization');
    const decrypting = new Set(kustomizations.filter(decrypts).map(sourceKey));
    const open = kustomizations.filter((object) => !decrypts(object));
    checkEach(open, (object) => checkKustomization(object, blueprint, decrypting), report);
  },
};

function checkKustomization(
  object: DesiredObject,
  blueprint: Blueprint,
  decrypting: ReadonlySet<string>,
): Breach[] {
  const { path } = object;
  if (hasSops(blueprint, object.environment)) {
    const message =
      'does without the `decryption` of `secrets.sops`: an encrypted Secret in its folder fails to apply, one that is not lies open in Git; take `decryption` out of `unset` if it has any';
    return [{ severity: 'info', path, message }];
  }
  if (!decrypting.has(sourceKey(object))) return [];
  const message =
    'does not decrypt, though others of the same source do: an encrypted Secret in its folder fails to apply; set `secrets.sops` for all of them, with `unset: [decryption]` where there is nothing to decrypt';
  return [{ severity: 'warning', path, message }];
}

function decrypts(object: DesiredObject): boolean {
  return specField(object, 'decryption') !== undefined;
}

function hasSops({ spec }: Blueprint, environment: string | undefined): boolean {
  if (spec.secrets?.sops !== undefined) return true;
  return (spec.environments ?? []).some(
    ({ name, secrets }) => name === environment && secrets?.sops !== undefined,
  );
}

function sourceKey(object: DesiredObject): string {
  const namespace = specField(object, 'sourceRef', 'namespace') ?? object.ref.namespace;
  return JSON.stringify([
    specField(object, 'sourceRef', 'kind'),
    namespace,
    specField(object, 'sourceRef', 'name'),
  ]);
}
