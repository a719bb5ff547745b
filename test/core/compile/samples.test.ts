import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { compile } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import { readBlueprints } from '../../../src/core/yaml/read-blueprints.ts';

const SAMPLES = new URL('../../../config/samples/', import.meta.url);
const names = readdirSync(SAMPLES).filter((name) => name !== 'kustomization.yaml');

/** The objects of a sample, in order: kind, namespace, name and wave. */
function objectsOf(name: string): string[] {
  const read = readBlueprints(readFileSync(new URL(name, SAMPLES), 'utf8'));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.blueprints.flatMap((blueprint) => {
    const compiled = compile(blueprint, offlineContext());
    if (!compiled.ok) throw new Error(`${name}: ${JSON.stringify(compiled.problems)}`);
    return compiled.desired.objects.map(
      ({ ref, wave }) => `${wave} ${ref.kind} ${ref.namespace ?? '-'}/${ref.name}`,
    );
  });
}

test.each(names)('the sample %s generates something', (name) => {
  expect(objectsOf(name).length).toBeGreaterThan(2);
});

test('the monorepo is one source, and its folders in order', () => {
  expect(objectsOf('monorepo.yaml')).toEqual([
    '0 GitRepository flux-system/homelab',
    '1 Kustomization flux-system/cert-manager',
    '1 Kustomization flux-system/external-secrets',
    '2 Kustomization flux-system/external-dns',
    '3 Kustomization flux-system/loki',
    '4 Kustomization flux-system/grafana',
    '5 HelmRelease flux-system/portal',
  ]);
});

test('of several repositories the bootstrapped one is used and the others are generated', () => {
  const objects = objectsOf('multi-repo.yaml');
  expect(objects.filter((object) => /Repository|Namespace/.test(object))).toEqual([
    '0 Namespace -/team-alpha',
    '1 GitRepository flux-system/platform-components',
    '1 GitRepository team-alpha/team-alpha-apps',
  ]);
  expect(objects.filter((object) => object.includes('Kustomization team-alpha/'))).toHaveLength(2);
});

test('a component is its namespace, its repository and its release', () => {
  expect(objectsOf('component.yaml')).toEqual([
    '0 Namespace -/podinfo',
    '1 HelmRepository podinfo/podinfo',
    '2 HelmRelease podinfo/podinfo',
  ]);
});

test('the monorepo of two environments has the layers of each, and shares what does not differ', () => {
  expect(objectsOf('monorepo-environments.yaml').sort()).toEqual([
    '0 GitRepository flux-system/fleet',
    '0 GitRepository flux-system/fleet-staging',
    '0 HelmRepository flux-system/charts',
    '0 Provider flux-system/slack',
    '1 Alert flux-system/production',
    '1 Kustomization flux-system/infrastructure',
    '1 Kustomization flux-system/infrastructure-staging',
    '2 HelmRelease flux-system/prometheus',
    '2 Kustomization flux-system/apps-staging',
    '3 Kustomization flux-system/apps',
  ]);
});
