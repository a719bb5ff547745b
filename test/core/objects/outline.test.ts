import { expect, test } from '@jest/globals';
import { FINALIZER, Label, MANAGED_BY, RECONCILE_REQUEST } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { clipValue } from '../../../src/core/objects/clip-value.ts';
import { isOutline, outlineObject } from '../../../src/core/objects/outline.ts';
import { assessHealth } from '../../../src/core/health/health.ts';
import { assessReadiness } from '../../../src/core/health/kstatus.ts';
import { ownerOf } from '../../../src/core/objects/ownership.ts';
import { SeededRandom } from '../../harness/random.ts';

/** What an outline may take as JSON, in bytes. */
const MOST = 20_000;

const labels = { [Label.ManagedBy]: MANAGED_BY, [Label.Name]: 'platform', [Label.Namespace]: 'flux-system' };

function kustomization(more: { metadata?: object; spec?: object; status?: object } = {}): KubeObject {
  const condition = {
    type: 'Ready',
    status: 'True',
    reason: 'Succeeded',
    message: '',
    observedGeneration: 2,
  };
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'apps', namespace: 'flux-system', uid: 'u', generation: 2, labels, ...more.metadata },
    spec: { suspend: false, sourceRef: { kind: 'GitRepository', name: 'fleet' }, ...more.spec },
    status: {
      conditions: [condition],
      lastAppliedRevision: 'main@sha1:1',
      observedGeneration: 2,
      ...more.status,
    },
  };
}

const large = 'x'.repeat(200_000);
const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`example.com/${i}`, 'x']));

const INFLATED = {
  'an annotation': { metadata: { annotations: { note: large } } },
  'many labels': { metadata: { labels: { ...many, ...labels } } },
  'many finalizers': { metadata: { finalizers: [FINALIZER, ...Object.keys(many)] } },
  'a value': { spec: { postBuild: { substitute: { A: large } } } },
  'many values': { spec: { postBuild: { substitute: many } } },
  'a source of any name': { spec: { sourceRef: { kind: 'GitRepository', name: large } } },
  'an inventory': { status: { inventory: { entries: Object.keys(many).map((id) => ({ id, v: 'v1' })) } } },
  'empty objects': { spec: { values: Array.from({ length: 50_000 }, () => ({})) } },
};

test.each(Object.keys(INFLATED) as (keyof typeof INFLATED)[])(
  'an outline stays small, and shows owner and health, whoever wrote %s into the object',
  (what) => {
    const whole = kustomization(INFLATED[what]);
    const outline = outlineObject(whole, 'digest');
    expect(isOutline(outline)).toBe(true);
    expect(JSON.stringify(outline).length).toBeLessThan(MOST);
    expect(ownerOf(outline.metadata)).toEqual(ownerOf(whole.metadata));
    expect(assessHealth(outline).state).toBe('Ready');
  },
);

test('an outline tells readiness by kstatus as the object does', () => {
  const random = new SeededRandom(11);
  for (let i = 0; i < 300; i++) {
    const count = (): number => random.below(3);
    const spec = {
      replicas: count(),
      updateStrategy: { rollingUpdate: { partition: count() } },
      type: 'LoadBalancer',
    };
    const status = {
      replicas: count(),
      readyReplicas: count(),
      updatedReplicas: count(),
      availableReplicas: count(),
      phase: random.pick(['Active', 'Bound', 'Running']),
      loadBalancer: { ingress: random.pick([[], [{ ip: '192.0.2.1' }]]) },
      observedGeneration: count(),
      conditions: ['Available', 'Ready', 'Complete'].map((type) => ({
        type,
        status: random.pick(['True', 'False']),
      })),
    };
    const [apiVersion, kind] = random.pick([
      ['apps/v1', 'Deployment'],
      ['apps/v1', 'StatefulSet'],
      ['batch/v1', 'Job'],
      ['v1', 'Pod'],
      ['v1', 'Service'],
      ['example.com/v1', 'Thing'],
    ] as const);
    const live: KubeObject = { apiVersion, kind, metadata: { name: 'a', generation: 1 }, spec, status };
    expect(assessReadiness(outlineObject(live, ''))).toEqual(assessReadiness(live));
  }
});

test('an outline keeps what a request to reconcile said', () => {
  const annotations = { [RECONCILE_REQUEST]: 'now', other: 'x' };
  const { metadata } = outlineObject(kustomization({ metadata: { annotations } }), '');
  expect(metadata.annotations).toEqual({ [RECONCILE_REQUEST]: 'now' });
});

test('what is clipped takes no more than it may, whatever its shape', () => {
  const random = new SeededRandom(7);
  const grow = (depth: number): unknown => {
    const size = random.below(depth === 0 ? 60 : 12);
    if (depth > 2 || random.chance(0.3)) return random.pick(['x'.repeat(random.below(5000)), 1, null, true]);
    if (random.chance(0.5)) return Array.from({ length: size }, () => grow(depth + 1));
    return Object.fromEntries(Array.from({ length: size }, (_, i) => [`key-${i}`, grow(depth + 1)]));
  };
  for (let i = 0; i < 200; i++) {
    const clipped = JSON.stringify(clipValue(grow(0), 4000)) as string | undefined;
    expect(clipped?.length ?? 0).toBeLessThan(4000 + 1024 * 2);
  }
});
