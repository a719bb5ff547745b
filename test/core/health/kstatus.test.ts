import { expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/api/object.ts';
import { assessReadiness } from '../../../src/core/health/kstatus.ts';

function live(apiVersion: string, kind: string, status?: object, spec: object = {}): KubeObject {
  const metadata = { name: 'one', namespace: 'somewhere', generation: 2 };
  return { apiVersion, kind, metadata, spec, ...(status === undefined ? {} : { status }) };
}

function condition(type: string, status: string, message = ''): object {
  return { conditions: [{ type, status, message }] };
}

const deployed = {
  observedGeneration: 2,
  replicas: 2,
  updatedReplicas: 2,
  readyReplicas: 2,
  availableReplicas: 2,
  conditions: [{ type: 'Available', status: 'True' }],
};
const placed = {
  replicas: 3,
  readyReplicas: 3,
  currentReplicas: 3,
  updatedReplicas: 3,
  currentRevision: 'a',
  updateRevision: 'a',
};
const scheduled = {
  desiredNumberScheduled: 1,
  currentNumberScheduled: 1,
  updatedNumberScheduled: 1,
  numberAvailable: 1,
  numberReady: 1,
};

const READY: [string, KubeObject][] = [
  ['a ConfigMap', live('v1', 'ConfigMap')],
  ['a kind that says nothing', live('example.com/v1', 'Thing')],
  ['a kind with a Ready condition', live('example.com/v1', 'Thing', condition('Ready', 'True'))],
  ['a kind with other conditions', live('example.com/v1', 'Thing', condition('Synced', 'False'))],
  ['a Deployment', live('apps/v1', 'Deployment', deployed, { replicas: 2 })],
  ['a Deployment of none', live('apps/v1', 'Deployment', condition('Available', 'True'), { replicas: 0 })],
  ['a StatefulSet', live('apps/v1', 'StatefulSet', placed, { replicas: 3 })],
  [
    'a StatefulSet that is updated by hand',
    live('apps/v1', 'StatefulSet', {}, { updateStrategy: { type: 'OnDelete' } }),
  ],
  [
    'a StatefulSet that is updated in part',
    live(
      'apps/v1',
      'StatefulSet',
      { ...placed, currentReplicas: 2, updatedReplicas: 1, updateRevision: 'b' },
      { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
    ),
  ],
  ['a DaemonSet', live('apps/v1', 'DaemonSet', scheduled)],
  ['a ReplicaSet', live('apps/v1', 'ReplicaSet', { replicas: 1, readyReplicas: 1, availableReplicas: 1 })],
  ['a Job', live('batch/v1', 'Job', condition('Complete', 'True'))],
  ['a CRD', live('apiextensions.k8s.io/v1', 'CustomResourceDefinition', condition('Established', 'True'))],
  ['a Pod that runs', live('v1', 'Pod', { phase: 'Running', ...condition('Ready', 'True') })],
  ['a Pod that ended well', live('v1', 'Pod', { phase: 'Succeeded' })],
  ['a claim', live('v1', 'PersistentVolumeClaim', { phase: 'Bound' })],
  ['a Namespace', live('v1', 'Namespace', { phase: 'Active' })],
  ['a Service', live('v1', 'Service', { loadBalancer: {} }, { type: 'ClusterIP' })],
  [
    'a Service of a load balancer',
    live('v1', 'Service', { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } }, { type: 'LoadBalancer' }),
  ],
];

test.each(READY)('ready: %s', (_, object) => {
  expect(assessReadiness(object)).toEqual({ ready: true });
});

const NOT_READY: [string, KubeObject, string][] = [
  [
    'an older generation',
    live('example.com/v1', 'Thing', { observedGeneration: 1, ...condition('Ready', 'True') }),
    'has not been looked at since it changed',
  ],
  [
    'a Ready condition that is false',
    live('example.com/v1', 'Thing', condition('Ready', 'False', 'no disk\nat all')),
    'Ready is False: no disk',
  ],
  [
    'a Ready condition that is unknown',
    live('example.com/v1', 'Thing', condition('Ready', 'Unknown')),
    'Ready is Unknown',
  ],
  [
    'one that is under way',
    live('example.com/v1', 'Thing', {
      conditions: [
        { type: 'Ready', status: 'True' },
        { type: 'Reconciling', status: 'True', message: 'rolling' },
      ],
    }),
    'Reconciling is True: rolling',
  ],
  [
    'one that is stalled',
    live('example.com/v1', 'Thing', condition('Stalled', 'True', 'bad spec')),
    'Stalled is True: bad spec',
  ],
  ['a new Deployment', live('apps/v1', 'Deployment', undefined, { replicas: 2 }), 'replicas 0 of 2'],
  [
    'a Deployment that is updated',
    live('apps/v1', 'Deployment', { ...deployed, updatedReplicas: 1 }, { replicas: 2 }),
    'updatedReplicas 1 of 2',
  ],
  [
    'a Deployment that is not ready',
    live('apps/v1', 'Deployment', { ...deployed, readyReplicas: 1 }, { replicas: 2 }),
    'readyReplicas 1 of 2',
  ],
  [
    'a Deployment with replicas of before',
    live('apps/v1', 'Deployment', { ...deployed, replicas: 3 }, { replicas: 2 }),
    'replicas 3 of 2',
  ],
  [
    'a Deployment that is not available',
    live('apps/v1', 'Deployment', { ...deployed, ...condition('Available', 'False') }, { replicas: 2 }),
    'Available is False',
  ],
  [
    'a StatefulSet that is updated',
    live('apps/v1', 'StatefulSet', { ...placed, updateRevision: 'b' }, { replicas: 3 }),
    'is being updated',
  ],
  [
    'a StatefulSet that is not ready',
    live('apps/v1', 'StatefulSet', { ...placed, readyReplicas: 1 }, { replicas: 3 }),
    'readyReplicas 1 of 3',
  ],
  ['a new DaemonSet', live('apps/v1', 'DaemonSet'), 'has not been looked at yet'],
  [
    'a DaemonSet that is not ready',
    live('apps/v1', 'DaemonSet', { ...scheduled, numberReady: 0 }),
    'numberReady 0 of 1',
  ],
  ['a ReplicaSet', live('apps/v1', 'ReplicaSet', { replicas: 1 }), 'readyReplicas 0 of 1'],
  ['a Job that runs', live('batch/v1', 'Job', { active: 1 }), 'not Complete yet'],
  [
    'a Job that failed',
    live('batch/v1', 'Job', condition('Failed', 'True', 'too many tries')),
    'Failed is True: too many tries',
  ],
  [
    'a CRD',
    live('apiextensions.k8s.io/v1', 'CustomResourceDefinition', condition('Established', 'False', 'soon')),
    'Established is False: soon',
  ],
  ['a Pod that waits', live('v1', 'Pod', { phase: 'Pending' }), 'phase Pending'],
  [
    'a Pod that is not ready',
    live('v1', 'Pod', { phase: 'Running', ...condition('Ready', 'False') }),
    'Ready is False',
  ],
  ['a claim', live('v1', 'PersistentVolumeClaim'), 'phase unknown'],
  [
    'a Service of a load balancer',
    live('v1', 'Service', { loadBalancer: {} }, { type: 'LoadBalancer' }),
    'has no address yet',
  ],
];

test.each(NOT_READY)('not ready: %s', (_, object, why) => {
  expect(assessReadiness(object)).toEqual({ ready: false, why });
});

test('what is being deleted is not ready, whatever it says', () => {
  const object = live('example.com/v1', 'Thing', condition('Ready', 'True'));
  object.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
  expect(assessReadiness(object)).toEqual({ ready: false, why: 'is being deleted' });
});
