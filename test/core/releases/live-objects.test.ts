import { expect, test } from '@jest/globals';
import { Label, MANAGED_BY } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { deploymentOf } from '../../../src/core/releases/deployment.ts';
import { LiveObjects } from '../../../src/core/releases/live-objects.ts';

const KEY = { namespace: 'ns', name: 'mine' };

/** A HelmRelease of a blueprint of `ns`, or of nobody. */
function release(name: string, owner?: string, releaseName = 'web'): KubeObject {
  const labels: Record<string, string> =
    owner === undefined
      ? {}
      : { [Label.ManagedBy]: MANAGED_BY, [Label.Namespace]: 'ns', [Label.Name]: owner };
  const metadata = { name, namespace: 'ns', labels };
  return { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata, spec: { releaseName } };
}

const refOf = (name: string) => {
  const { apiVersion, kind } = release(name);
  return { apiVersion, kind, namespace: 'ns', name };
};

test('a list, and one object alone, are read; what is no object of Kubernetes is passed over', () => {
  const one = release('web', 'mine');
  expect(LiveObjects.read({ items: [1, {}, one] })?.ownedBy(KEY)).toEqual([one]);
  expect(LiveObjects.read(one)?.ownedBy(KEY)).toEqual([one]);
  expect(LiveObjects.read({ items: [] })?.ownedBy(KEY)).toEqual([]);
  for (const wrong of [undefined, null, [], 'text', {}, { items: [{}] }])
    expect(LiveObjects.read(wrong)).toBeUndefined();
});

test('an object of somebody else is not found', () => {
  const live = new LiveObjects([release('mine', 'mine'), release('theirs', 'theirs'), release('nobodys')]);
  expect(live.find(KEY, refOf('mine'))).toEqual(release('mine', 'mine'));
  expect([live.find(KEY, refOf('theirs')), live.find(KEY, refOf('nobodys'))]).toEqual([undefined, undefined]);
});

test('what a blueprint made before counts no more once it is applied anew', () => {
  const live = new LiveObjects([release('gone', 'theirs'), release('kept', 'third', 'kept')]);
  const deployments = live.deploymentsWith(
    [KEY, { namespace: 'ns', name: 'theirs' }],
    [release('new', 'theirs', 'new')],
  );
  const found = (releaseName: string): string | undefined => {
    const object = release('asked', 'mine', releaseName);
    const deployment = deploymentOf(object);
    return deployment && deployments.find(KEY, refOf('asked'), deployment)?.ref.name;
  };
  expect([found('web'), found('kept'), found('new')]).toEqual([undefined, 'kept', 'new']);
});
