import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { tableOfBlueprints } from '../../../src/core/inspect/blueprint-table.ts';
import type { Layout } from '../../../src/core/text/layout.ts';
import { printTable } from '../../../src/core/text/table.ts';
import { marked, plain } from '../text/marked.ts';
import { NOW, ago, liveBlueprint, ready } from './objects.ts';

const FAILURE = '3/5 ready; Kustomization/apps/web failed: kustomize build failed: no such path';

const summary = (components: string) => ({
  ...{ components, ready: 0, progressing: 0, blocked: 0, failed: 0, suspended: 0, total: 0 },
});

const blueprints = [
  liveBlueprint('platform', { conditions: [ready('True', '12/12 ready')], summary: summary('12/12') }),
  liveBlueprint(
    'shop',
    { conditions: [ready('False', FAILURE)], summary: summary('3/5') },
    { metadata: { creationTimestamp: ago(330) } },
  ),
  liveBlueprint('new', undefined, { metadata: { creationTimestamp: ago(42), namespace: 'lab' } }),
];

function print(layout: Layout, { wide = false, withNamespaces = false } = {}): string {
  return printTable(tableOfBlueprints(blueprints, { now: NOW, wide, withNamespaces }), layout);
}

test('blueprints are shown with the columns that kubectl shows, by the CRD', () => {
  const file = new URL('../../../crds/fluxblueprint.io_fluxblueprints.yaml', import.meta.url);
  const crd = parse(readFileSync(file, 'utf8')) as {
    spec: { versions: { additionalPrinterColumns: { name: string; priority?: number }[] }[] };
  };
  const columns = crd.spec.versions[0]?.additionalPrinterColumns ?? [];
  const headings = (wide: boolean): string[] => [
    'NAME',
    ...columns.filter(({ priority = 0 }) => wide || priority === 0).map(({ name }) => name.toUpperCase()),
  ];
  for (const wide of [false, true]) {
    const table = tableOfBlueprints([], { now: NOW, wide, withNamespaces: false });
    expect(table.headings).toEqual(headings(wide));
  }
});

test('at 120 and 80 columns, and where nobody looks', () => {
  const expected = `NAME       READY   COMPONENTS   AGE
platform   True    12/12        3d
shop       False   3/5          5m30s
new        -       -            42s
`;
  for (const columns of [120, 80, undefined]) expect(print(plain(columns))).toBe(expected);
});

test('with namespaces, and with colours', () => {
  expect(print(marked(80), { withNamespaces: true })).toBe(`NAMESPACE   NAME       READY   COMPONENTS   AGE
apps        platform   <good:True>    12/12        3d
apps        shop       <bad:False>   3/5          5m30s
lab         new        -       -            42s
`);
});

test('wide, the state in words is folded at 80 columns and whole at 120', () => {
  expect(print(plain(120), { wide: true })).toBe(`NAME       READY   COMPONENTS   AGE     STATUS
platform   True    12/12        3d      12/12 ready
shop       False   3/5          5m30s   ${FAILURE}
new        -       -            42s     -
`);
  expect(print(plain(80), { wide: true })).toBe(`NAME       READY   COMPONENTS   AGE     STATUS
platform   True    12/12        3d      12/12 ready
shop       False   3/5          5m30s   3/5 ready; Kustomization/apps/web
                                        failed: kustomize build failed: no such
                                        path
new        -       -            42s     -
`);
});

test('at 20 columns each blueprint is a few lines', () => {
  expect(print(plain(20))).toBe(`NAME: platform
READY: True
COMPONENTS: 12/12
AGE: 3d

NAME: shop
READY: False
COMPONENTS: 3/5
AGE: 5m30s

NAME: new
READY: -
COMPONENTS: -
AGE: 42s
`);
});

test('a suspension is told before the state, which is from before it', () => {
  const spec = { suspend: true, suspendReason: 'a migration', suspendUntil: '2026-12-01T00:00:00Z' };
  const suspended = liveBlueprint('a', { conditions: [ready('True', '1/1 ready')] }, { spec });
  const { rows } = tableOfBlueprints([suspended], { now: NOW, wide: true, withNamespaces: false });
  expect(rows[0]?.at(-1)).toBe('suspended until 2026-12-01T00:00:00Z: a migration; 1/1 ready');
});
