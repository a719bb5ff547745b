import { textAt } from '../../core/values/json.ts';
import { CommandError } from '../session/explain-failure.ts';
import { findBlueprint } from '../session/find-blueprint.ts';
import type { Session } from '../session/session.ts';
import { RULES_FILE } from './repository.ts';

/** `sops rules`: prints the `.sops.yaml` that the operator has made for a blueprint. It holds public keys only. */
export async function printRules(session: Session, name: string): Promise<void> {
  const { spec } = await findBlueprint(session, name);
  const { namespace } = session;
  if (spec.secrets?.sops === undefined)
    throw new CommandError(
      `FluxBlueprint ${name} has no spec.secrets.sops, from which rules are made: write it`,
    );
  const found = await session.access.get({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace,
    name: `${name}-sops`,
  });
  const rules = textAt(found?.['data'], [RULES_FILE]);
  if (rules === undefined)
    throw new CommandError(
      `ConfigMap ${namespace}/${name}-sops with the rules is not there: the operator makes it once it knows a public key; see fluxblueprint status ${name} -n ${namespace}`,
    );
  session.print(rules);
}
