import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FLUX_SCHEMAS } from '../../../src/core/kinds/flux-schemas.generated.ts';
import { readRepository } from '../../../src/core/import/clusters/repository.ts';
import { importRepository } from '../../../src/core/import/import-repository.ts';
import { LAYERINGS } from '../../../src/core/import/build/group-layers.ts';
import { specsOf } from './schema-arbitrary.ts';

const metadata = fc.record(
  {
    labels: fc.dictionary(fc.constantFrom('team', 'app.kubernetes.io/name'), fc.constantFrom('a', 'b'), {
      maxKeys: 2,
    }),
    annotations: fc.dictionary(fc.constantFrom('note', 'example.com/x'), fc.constantFrom('a', 'yes: #no'), {
      maxKeys: 2,
    }),
  },
  { requiredKeys: [] },
);

const objects = fc.oneof(
  ...Object.entries(FLUX_SCHEMAS).map(([key, { version, spec }]) => {
    const [group = '', kind = ''] = key.split('/');
    return fc.record({
      apiVersion: fc.constant(`${group}/${version}`),
      kind: fc.constant(kind),
      metadata: fc
        .tuple(
          fc.constantFrom('a', 'b', 'c', 'apps', 'with.dot'),
          fc.constantFrom('flux-system', 'apps'),
          metadata,
        )
        .map(([name, namespace, more]) => ({ name, namespace, ...more })),
      spec: specsOf(spec),
    });
  }),
);

const repositories = fc.array(objects, { minLength: 1, maxLength: 14 });

test('whatever the schemas of Flux take comes back equal, or is told with a reason', () => {
  const counts = { taken: 0, skipped: 0 };
  fc.assert(
    fc.property(repositories, fc.constantFrom(undefined, ...LAYERINGS), (all, layering) => {
      const files = all.map((object, i) => ({
        path: `files/${i % 3}/${object.kind}-${i}.yaml`,
        text: JSON.stringify(object),
      }));
      const imported = importRepository(readRepository(files), new Map(), {
        depth: 'all',
        namespace: 'flux-system',
        layering,
      });
      for (const { differences, problems, equal, entries } of imported.blueprints)
        expect({ differences, problems, equal }).toEqual({
          differences: [],
          problems: [],
          equal: entries.length,
        });
      const taken = imported.blueprints.reduce((sum, { entries }) => sum + entries.length, 0);
      expect(taken + imported.skipped.length).toBe(all.length);
      counts.taken += taken;
      counts.skipped += imported.skipped.length;
    }),
    { numRuns: 60 },
  );
  // Random texts are often none that a controller of Flux could work with; but most objects must have been tried.
  expect(counts.taken).toBeGreaterThan(counts.skipped);
});
