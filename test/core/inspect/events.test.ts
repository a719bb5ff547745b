import { expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/api/object.ts';
import { Subjects, sortEvents, tableOfEvents } from '../../../src/core/inspect/events.ts';
import { printTable } from '../../../src/core/text/table.ts';
import { marked, plain } from '../text/marked.ts';
import { NOW, ago, liveBlueprint } from './objects.ts';

function event(name: string, about: object, fields: object): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: 'apps' },
    involvedObject: about,
    ...fields,
  };
}

const web = { kind: 'Kustomization', namespace: 'apps', name: 'web' };
const remote = { kind: 'HelmRelease', namespace: 'edge', name: 'proxy' };
const own = { kind: 'FluxBlueprint', namespace: 'apps', name: 'platform' };

const events = [
  event('late', web, {
    type: 'Warning',
    reason: 'BuildFailed',
    message: 'kustomize build failed:\nno such path as ./apps/web in the repository',
    firstTimestamp: ago(600),
    lastTimestamp: ago(60),
    count: 4,
    source: { component: 'kustomize-controller' },
  }),
  event('early', own, {
    type: 'Normal',
    reason: 'Progressing',
    message: 'applying 3 objects',
    eventTime: ago(700),
    reportingComponent: 'fluxblueprint.io/operator',
  }),
  event('series', remote, {
    type: 'Normal',
    reason: 'Installed',
    message: 'done',
    eventTime: ago(500),
    series: { count: 2, lastObservedTime: ago(300) },
  }),
];

const inventory = [
  { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', namespaces: { apps: { web: 1 } } },
  { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', namespaces: { edge: { proxy: 1 } } },
];

test('events are about the blueprint, and about what it generated, in every namespace of that', () => {
  const subjects = new Subjects(liveBlueprint('platform', { inventory }));
  expect(subjects.namespaces).toEqual(['apps', 'edge']);
  expect(events.every((each) => subjects.include(each))).toBe(true);
  for (const other of [
    { ...web, name: 'other' },
    { ...web, namespace: 'edge' },
    { ...web, kind: 'HelmRelease' },
    {},
  ])
    expect(subjects.include(event('x', other, {}))).toBe(false);
});

const table = tableOfEvents(sortEvents(events), { now: NOW, wide: false, namespace: 'apps' });

test('the newest event is the last, and objects of other namespaces are shown with theirs', () => {
  expect(printTable(table, plain(120))).toBe(
    `LAST-SEEN            TYPE      REASON        OBJECT                   MESSAGE
11m                  Normal    Progressing   FluxBlueprint/platform   applying 3 objects
5m (x2 over 8m20s)   Normal    Installed     HelmRelease/edge/proxy   done
60s (x4 over 10m)    Warning   BuildFailed   Kustomization/web        kustomize build failed:; no such path as
                                                                      ./apps/web in the repository
`,
  );
});

test('at 80 columns, with colours', () => {
  const last = { ...table, rows: table.rows.slice(2) };
  expect(printTable(last, marked(80))).toBe(`LAST-SEEN           TYPE      REASON        OBJECT
    MESSAGE
60s (x4 over 10m)   <warning:Warning>   BuildFailed   Kustomization/web
    kustomize build failed:; no such path as ./apps/web in the repository
`);
});

test('at 20 columns', () => {
  const first = { ...table, rows: table.rows.slice(0, 1) };
  expect(printTable(first, plain(20))).toBe(`LAST-SEEN: 11m
TYPE: Normal
REASON: Progressing
OBJECT:
  FluxBlueprint/plat
  form
MESSAGE:
  applying 3 objects
`);
});

test('wide, it says who tells it', () => {
  const wide = tableOfEvents(events, { now: NOW, wide: true, namespace: 'apps' });
  expect(wide.headings).toContain('FROM');
  expect(wide.rows.map((row) => row[4])).toEqual(['kustomize-controller', 'fluxblueprint.io/operator', '']);
});

test('an event that says nothing is shown as that', () => {
  const bare = tableOfEvents(sortEvents([event('x', {}, {})]), { now: NOW, wide: false, namespace: 'apps' });
  expect(printTable(bare, plain())).toContain('-');
});
