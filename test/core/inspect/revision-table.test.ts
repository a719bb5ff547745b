import { expect, test } from '@jest/globals';
import { AUTHOR, IN_FORCE } from '../../../src/api/names.ts';
import type { Status } from '../../../src/api/schema/status.ts';
import { outlineRevision, tableOfRevisions } from '../../../src/core/inspect/revision-table.ts';
import { digestSpec } from '../../../src/core/rollout/revision.ts';
import { printTable } from '../../../src/core/text/table.ts';
import { marked, plain } from '../text/marked.ts';
import { NOW, liveBlueprint, liveRevision } from './objects.ts';

const OLD = `sha256:${'a1'.repeat(32)}`;
const FORMER = `sha256:${'b2'.repeat(32)}`;
const spec = { layers: [{ name: 'apps' }] };
const WANTED = digestSpec(spec);

const state = { state: 'Ready', ready: 3, total: 3 } as const;
const status: Status = {
  environments: [
    { name: 'staging', ...state, revision: 3, inForce: { digest: WANTED } },
    {
      name: 'production',
      ...state,
      revision: 2,
      inForce: { digest: FORMER },
      waitsFor: { gate: 'Approval', message: 'approval of plan 3fa9c2', since: '2026-11-30T11:00:00Z' },
    },
  ],
};

const approval = { plan: OLD, at: '2026-11-30T10:00:00Z' };
const revisions = [
  liveRevision(3, WANTED, { metadata: { annotations: { [AUTHOR]: 'ada' } } }),
  liveRevision(1, OLD),
  liveRevision(2, FORMER, {
    approvals: [
      { ...approval, environment: 'production', by: 'bob' },
      { ...approval, environment: 'staging', by: 'eve' },
    ],
  }),
].map(outlineRevision);

const table = tableOfRevisions(revisions, liveBlueprint('platform', status, { spec: spec }), {
  now: NOW,
  wide: false,
});
const digest = WANTED.slice('sha256:'.length, 'sha256:'.length + 10);

test('revisions stand in their order, with where each is in force, and where the wanted one waits', () => {
  expect(printTable(table, plain(120)))
    .toBe(`REVISION   DIGEST       IN-FORCE                       AUTHOR   AGE   APPROVED-BY
1          a1a1a1a1a1   -                              -        60m   -
2          b2b2b2b2b2   production                     -        30m   bob (production), eve (staging)
3          ${digest}   staging, waits in production   ada      20m   -
`);
});

test('at 80 columns, with colours', () => {
  const gap = ' '.repeat(21);
  expect(printTable(table, marked(80)))
    .toBe(`REVISION   DIGEST       IN-FORCE                       AUTHOR   AGE
    APPROVED-BY
1          a1a1a1a1a1   -                              -        60m
    -
2          b2b2b2b2b2   <good:production>${gap}-        30m
    bob (production), eve (staging)
3          ${digest}   <warning:staging, waits in production>   ada      20m
    -
`);
});

test('at 20 columns', () => {
  expect(printTable({ ...table, rows: table.rows.slice(1, 2) }, plain(20))).toBe(`REVISION: 2
DIGEST: b2b2b2b2b2
IN-FORCE: production
AUTHOR: -
AGE: 30m
APPROVED-BY:
  bob (production),
  eve (staging)
`);
});

test('wide, digests are whole', () => {
  const wide = tableOfRevisions(revisions, liveBlueprint('platform', status), { now: NOW, wide: true });
  expect(wide.rows.map((row) => row[1])).toEqual([OLD, FORMER, WANTED]);
});

test('without a status that says it, what the operator noted at the revision counts', () => {
  const noted = outlineRevision(liveRevision(1, OLD, { metadata: { annotations: { [IN_FORCE]: 'yes' } } }));
  const bare = tableOfRevisions([noted], liveBlueprint('platform', undefined), { now: NOW, wide: false });
  expect(bare.rows[0]?.[2]).toEqual({ text: 'yes', look: 'good' });
});

test('an approval for the whole blueprint is shown without an environment', () => {
  const whole = outlineRevision(
    liveRevision(1, OLD, { approvals: [{ ...approval, environment: 'whole', by: 'bob' }] }),
  );
  const { rows } = tableOfRevisions([whole], liveBlueprint('platform', {}), { now: NOW, wide: false });
  expect(rows[0]?.at(-1)).toBe('bob');
});
