import { API_VERSION, PLURAL } from '../../../src/api/names.ts';
import type { Inventory } from '../../../src/api/schema/status.ts';
import { toResourcePath } from '../../../src/kube/http/resource-path.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { type Attack, range } from '../attack.ts';
import { FORGED } from './forged-labels.ts';

/**
 * An inventory that names objects of ten tenants as if this blueprint had made them, as an account or, with '', as the
 * operator.
 */
export function forgedInventory(objects: number, account: string): Inventory {
  const namespaces = range(10).map((tenant) => [
    `tenant-${tenant}`,
    Object.fromEntries(range(Math.ceil(objects / 10)).map((i) => [i === 0 ? 'apps' : `${FORGED}${i}`, 0])),
  ]);
  return [
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      ...(account === '' ? {} : { account }),
      namespaces: Object.fromEntries(namespaces) as Record<string, Record<string, number>>,
    },
  ];
}

/** What is another's, by an inventory that the operator did not write; and memory, by one that is large. */
export const forgedStatus: Attack = {
  name: 'forged-status',
  needs: 'objects',
  run: async (attacker) => {
    const { namespace, random } = attacker;
    const name = `${FORGED}status`;
    await attacker.write(name, { sources: [gitSource(`${name}-fleet`)], layers: [layer(`${name}-0`)] });
    const resource = { apiVersion: API_VERSION, plural: PLURAL, namespace, name };
    for (let i = 0; i < 10 && !attacker.isOver(); i++) {
      const inventory = forgedInventory(10 + random.below(2000), random.pick(['', 'deployer', 'default']));
      await attacker.request({
        method: 'PATCH',
        path: toResourcePath({ ...resource, subresource: 'status' }),
        contentType: 'application/merge-patch+json',
        body: { status: { inventory, observedGeneration: random.below(3), lastAppliedDigest: 'forged' } },
      });
      await attacker.rest(300);
    }
    await attacker.delete(name);
  },
};
