import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LogFilter, parseLogLine, printLogEntry, sortEntries } from '../../../src/core/inspect/log-lines.ts';
import { marked, plain } from '../text/marked.ts';

/** As kustomize-controller 1.9 logs. */
const APPLIED = {
  level: 'info',
  ts: '2026-11-30T11:59:01.123Z',
  msg: 'server-side apply completed',
  controller: 'kustomization',
  controllerGroup: 'kustomize.toolkit.fluxcd.io',
  controllerKind: 'Kustomization',
  Kustomization: { name: 'apps', namespace: 'flux-system' },
  namespace: 'flux-system',
  name: 'apps',
  reconcileID: '5d1a6b4e-4b3f-4b1e-9c1e-2f4a5d6b7c8d',
  output: { 'Deployment/shop/web': 'configured' },
  revision: 'main@sha1:0123',
};

const line = (fields: object): string => JSON.stringify(fields);

test('a line of a controller of Flux says what it is about', () => {
  expect(parseLogLine(line(APPLIED))).toEqual({
    time: '2026-11-30T11:59:01.123Z',
    level: 'info',
    kind: 'Kustomization',
    namespace: 'flux-system',
    name: 'apps',
    message: 'server-side apply completed',
  });
});

test('an error stands behind the message', () => {
  const failed = { ...APPLIED, level: 'error', msg: 'Reconciliation failed', error: 'no such path' };
  expect(parseLogLine(line(failed))?.message).toBe('Reconciliation failed: no such path');
});

test('a line of the operator names its blueprint', () => {
  const own = {
    level: 'info',
    ts: '2026-11-30T11:59:00Z',
    msg: 'applied',
    FluxBlueprint: 'flux-system/platform',
  };
  expect(parseLogLine(line(own))).toMatchObject({
    kind: 'FluxBlueprint',
    namespace: 'flux-system',
    name: 'platform',
  });
});

test('other lines are left out', () => {
  for (const text of [
    '',
    'I1130 starting',
    '{',
    '[]',
    'null',
    '{"msg":"x"}',
    line({ ...APPLIED, ts: 7 }),
    '{'.repeat(1e5),
  ])
    expect(parseLogLine(text)).toBeUndefined();
  fc.assert(
    fc.property(fc.json(), (text) => {
      parseLogLine(text);
    }),
  );
});

test('a message that holds a credential is hidden', () => {
  const leak = { ...APPLIED, error: 'failed to clone https://me:8fj2kd9s0a@example.com/fleet.git' };
  expect(parseLogLine(line(leak))?.message).toBe('(hidden, because it holds a URL with a password)');
});

test('only lines about the objects are taken, from the oldest on', () => {
  const filter = new LogFilter([
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      namespace: 'flux-system',
      name: 'apps',
    },
  ]);
  const others = [
    { ...APPLIED, name: 'others', Kustomization: { name: 'others', namespace: 'flux-system' } },
    { ...APPLIED, ts: '2026-11-30T11:58:00Z', msg: 'before' },
  ];
  const entries = [APPLIED, ...others].flatMap((fields) => parseLogLine(line(fields)) ?? []);
  const taken = sortEntries(entries.filter((entry) => filter.includes(entry)));
  expect(taken.map(({ message }) => message)).toEqual(['before', 'server-side apply completed']);
});

test('an entry has the form of flux logs, and is folded on a terminal', () => {
  const entry = parseLogLine(line({ ...APPLIED, level: 'error', msg: 'a\u001b[31mb\nc' }));
  if (entry === undefined) throw new Error('it was not read');
  expect(printLogEntry(entry, plain())).toBe(
    '2026-11-30T11:59:01.123Z error Kustomization/apps.flux-system - a\\u001b[31mb; c\n',
  );
  expect(printLogEntry(entry, marked(40))).toBe(
    '<bad:2026-11-30T11:59:01.123Z error>\n  <bad:Kustomization/apps.flux-system ->\n  <bad:a\\u001b[31mb; c>\n',
  );
});
