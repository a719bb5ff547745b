import { expect, test } from '@jest/globals';
import { type ObjectRef, objectId } from '../../../src/api/object.ts';
import type { ReconcileContext } from '../../../src/operator/context/reconcile-context.ts';
import { findReleaseNames } from '../../../src/operator/compile/release-names.ts';

const RELEASE = { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', namespace: 'ns' };
const REMOTE = { kubeConfig: { secretRef: { name: 'far' } } };

const LIVE: Record<string, object> = {
  plain: { ...REMOTE, releaseName: 'plain-name' },
  target: { ...REMOTE, targetNamespace: 'shop' },
  here: { releaseName: 'here' },
};

/** A context with live HelmReleases, and with the inventory or none. */
function contextOf(inventory: boolean, environments: object[] = [{ name: 'far' }]): ReconcileContext {
  const refs = Object.keys(LIVE).map((name): ObjectRef => ({ ...RELEASE, name }));
  const tracked = refs.map(({ name }) => ({
    id: objectId({ ...RELEASE, name }),
    version: 'v2',
    wave: 0,
  }));
  const cache = {
    owned: () => (inventory ? [] : refs),
    generated: (_: object, { name }: ObjectRef) => ({ spec: LIVE[name] }),
  };
  const progress = inventory ? { status: { inventory: [] }, tracked } : { tracked: [] };
  const [key, blueprint] = [{ namespace: 'ns', name: 'demo' }, { spec: { environments } }];
  return { deps: { cache }, key, blueprint, progress } as unknown as ReconcileContext;
}

test.each([true, false])(
  'the releases on remote clusters are read from what is live (inventory: %s)',
  (inventory) => {
    expect(Object.fromEntries(findReleaseNames(contextOf(inventory)))).toEqual({
      'ns/plain': 'plain-name',
      'ns/target': 'shop-target',
    });
  },
);

test('without environments no name is read, because none is chosen', () => {
  expect(findReleaseNames(contextOf(true, [])).size).toBe(0);
});
