import { expect, test } from '@jest/globals';
import { FLEET, reportedBy } from '../linting.ts';

const RULE = 'wildcard-source';

function alert(eventSources: object[] | undefined): object {
  return {
    sources: [FLEET],
    notifications: {
      providers: [{ name: 'chat', type: 'discord', secretRef: { name: 'chat' } }],
      alerts: [
        {
          name: 'on-call',
          providerRef: { name: 'chat' },
          ...(eventSources === undefined ? {} : { eventSources }),
        },
      ],
    },
  };
}

const PATH = 'spec.notifications.alerts[0].eventSources[0]';

test.each<[string, object, string[]]>([
  [
    'every object of a namespace',
    { kind: 'Kustomization', name: '*' },
    [`warning ${PATH}.name alerts/on-call`],
  ],
  [
    'every object of a namespace that is named *',
    { kind: 'HelmRelease', name: '*', namespace: '*' },
    [`error ${PATH}.namespace alerts/on-call`],
  ],
  [
    'one name in a namespace that is named *',
    { kind: 'HelmRelease', name: 'db', namespace: '*' },
    [`error ${PATH}.namespace alerts/on-call`],
  ],
  [
    'objects by their labels, which is only worth knowing',
    { kind: 'HelmRelease', name: '*', matchLabels: { team: 'web' } },
    [`info ${PATH}.name alerts/on-call`],
  ],
  [
    'every object by labels that name none',
    { kind: 'HelmRelease', name: '*', matchLabels: {} },
    [`warning ${PATH}.name alerts/on-call`],
  ],
  ['one object', { kind: 'HelmRelease', name: 'db', namespace: 'data' }, []],
])('an alert that names %s', (_, source, reported) => {
  expect(reportedBy(RULE, alert([source]))).toEqual(reported);
});

test('an alert that names nothing gets exact names', () => {
  expect(reportedBy(RULE, alert(undefined))).toEqual([]);
});

test('each entry is reported by itself', () => {
  expect(
    reportedBy(
      RULE,
      alert([
        { kind: 'GitRepository', name: '*' },
        { kind: 'Kustomization', name: 'apps' },
        { kind: 'HelmRelease', name: '*', namespace: '*' },
      ]),
    ),
  ).toEqual([
    'warning spec.notifications.alerts[0].eventSources[0].name alerts/on-call',
    'error spec.notifications.alerts[0].eventSources[2].namespace alerts/on-call',
  ]);
});

test('a receiver is assessed by the resources that it names', () => {
  const receivers = [
    { name: 'exact', type: 'github', secretRef: { name: 'token' } },
    {
      name: 'all',
      type: 'github',
      secretRef: { name: 'token' },
      resources: [{ kind: 'GitRepository', name: '*' }],
    },
    {
      name: 'labels-of-none',
      type: 'github',
      secretRef: { name: 'token' },
      resources: [{ kind: 'GitRepository', name: '*', matchLabels: {} }],
    },
  ];
  expect(reportedBy(RULE, { sources: [FLEET], notifications: { receivers } })).toEqual([
    'error spec.notifications.receivers[1].resources[0].name receivers/all',
    'warning spec.notifications.receivers[2].resources[0].name receivers/labels-of-none',
  ]);
});
