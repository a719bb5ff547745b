import { expect, test } from '@jest/globals';
import { readRepository } from '../../../src/core/import/clusters/repository.ts';
import { importRepository } from '../../../src/core/import/import-repository.ts';
import { planMigration } from '../../../src/core/import/plan-migration.ts';
import { objectText } from './repositories.ts';

const charts = objectText(
  'HelmRepository',
  'charts',
  '{interval: 30m, url: "https://charts.example.com"}',
  'shop',
);

test('the page names the files that go, those that are edited, and the two commits', () => {
  const repository = readRepository([
    { path: 'clusters/one/kustomization.yaml', text: 'resources: [charts.yaml, mixed.yaml]\n' },
    { path: 'clusters/one/charts.yaml', text: charts },
    {
      path: 'clusters/one/mixed.yaml',
      text: `kind: Namespace\n---\n${charts.replace('name: charts', 'name: others')}`,
    },
  ]);
  const imported = importRepository(repository, new Map(), { depth: 'all', namespace: 'flux-system' });
  const page = planMigration(imported, repository);
  expect(page).toContain('2 of 2 objects equal');
  expect(page).toContain('git add clusters/one/one.yaml && git add --update && git commit');
  expect(page).toContain('- In `clusters/one/mixed.yaml` remove the document at line 3.\n');
  expect(page).toContain('- In `clusters/one/kustomization.yaml` remove the names of the files that go.\n');
  expect(page).toContain('git rm clusters/one/charts.yaml\n');
  expect(page).toContain('The blueprint writes to `shop` beside `flux-system`');
});
