import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { KubeObject } from '../../../src/api/object.ts';
import { checkSchema } from '../../../src/core/validation/check-schema.ts';
import { compile } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import type { DesiredObject } from '../../../src/core/objects/desired.ts';
import { FLUX_SCHEMAS } from '../../../src/core/kinds/flux-schemas.generated.ts';
import { validBlueprints } from './arbitrary.ts';
import { blueprintOf, objectsOf } from '../compiling.ts';
import { type Model, type ModelEnvironment, reaches } from './model.ts';
import { SeededRandom } from '../../harness/random.ts';
import { shuffle } from './shuffle.ts';

/** Seeded, so that a failure comes again; the seed and the path of a failure are in its message. */
const RUNS = { seed: 20_260_101, numRuns: 200 };

function groupOf({ apiVersion }: KubeObject): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

function specOf(object: DesiredObject): Record<string, unknown> {
  return (object.manifest['spec'] ?? {}) as Record<string, unknown>;
}

test('every valid blueprint compiles to objects that Flux takes', () => {
  fc.assert(
    fc.property(validBlueprints, ({ spec }) => {
      for (const { manifest } of objectsOf(spec)) {
        const schema = FLUX_SCHEMAS[`${groupOf(manifest)}/${manifest.kind}`];
        const faults: string[] = [];
        if (schema !== undefined)
          checkSchema(schema.spec, manifest['spec'], (rule, steps) =>
            faults.push(`${rule} ${steps.join('.')}`),
          );
        expect(faults).toEqual([]);
      }
    }),
    RUNS,
  );
});

test('the same blueprint gives the same bytes, however its lists and maps are ordered', () => {
  const random = new SeededRandom(9);
  const render = (input: unknown): string => {
    const compiled = compile(input, offlineContext());
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
    return compiled.desired.objects.map(({ manifest }) => JSON.stringify(manifest)).join('\n');
  };
  fc.assert(
    fc.property(validBlueprints, ({ spec }) => {
      const first = render(blueprintOf(spec));
      expect(render(blueprintOf(spec))).toBe(first);
      expect(render(shuffle(blueprintOf(spec), random, true))).toBe(first);
    }),
    RUNS,
  );
});

interface Reference {
  kind: string;
  name: string;
  namespace?: string;
}

/** Every reference of an object to another, with the namespace that it means. */
function referencesOf({ manifest, ref }: DesiredObject): Reference[] {
  const spec = (manifest['spec'] ?? {}) as Record<string, never>;
  const chart = spec['chart'] as { spec?: { sourceRef?: Reference } } | undefined;
  const found: (Reference | undefined)[] = [
    spec['sourceRef'],
    spec['chartRef'],
    chart?.spec?.sourceRef,
    ...((spec['dependsOn'] as Omit<Reference, 'kind'>[] | undefined) ?? []).map((one) => ({
      ...one,
      kind: ref.kind,
    })),
    ...((spec['eventSources'] as Reference[] | undefined) ?? []),
    ...((spec['resources'] as Reference[] | undefined) ?? []),
  ];
  const provider = spec['providerRef'] as { name: string } | undefined;
  if (provider !== undefined) found.push({ ...provider, kind: 'Provider' });
  return found.filter((one) => one !== undefined).map((one) => ({ namespace: ref.namespace ?? '', ...one }));
}

test('every reference names an object that is generated', () => {
  fc.assert(
    fc.property(validBlueprints, ({ spec }) => {
      const objects = objectsOf(spec);
      const known = new Set(objects.map(({ ref }) => `${ref.kind}/${ref.namespace ?? ''}/${ref.name}`));
      for (const object of objects)
        for (const { kind, name, namespace } of referencesOf(object))
          expect(known).toContain(`${kind}/${namespace ?? ''}/${name}`);
    }),
    RUNS,
  );
});

/** The components of an environment by their titles. */
function componentsOf(
  objects: readonly DesiredObject[],
  model: Model,
  environment: ModelEnvironment,
): Map<string, DesiredObject> {
  const found = new Map<string, DesiredObject>();
  for (const { title, layer, name, kind } of model.components) {
    const objectName = (title === layer ? name : `${layer}-${name}`) + environment.suffix;
    const object = objects.find(({ ref }) => ref.kind === kind && ref.name === objectName);
    if (object !== undefined) found.set(title, object);
  }
  return found;
}

/** What remains of a relation when some are left out: who came after them still comes after what was before. */
function orderOf(model: Model): (title: string) => Iterable<string> {
  const needs = new Map(model.components.map((one) => [one.title, one.needs]));
  return (title) => needs.get(title) ?? [];
}

test('each environment has the components that it does not leave out, ordered exactly as the blueprint asks', () => {
  fc.assert(
    fc.property(validBlueprints, (model) => {
      const objects = objectsOf(model.spec);
      const byId = new Map(objects.map((object) => [object.id, object]));
      const produced = (id: string): readonly string[] => byId.get(id)?.dependsOn ?? [];
      const asked = orderOf(model);
      for (const environment of model.environments) {
        const components = componentsOf(objects, model, environment);
        const expected = model.components.filter(({ title }) => !environment.omitted.has(title));
        expect([...components.keys()].sort()).toEqual(expected.map(({ title }) => title).sort());
        for (const [from, object] of components) {
          for (const [to, other] of components) {
            expect([from, to, reaches(produced, object.id, other.id)]).toEqual([
              from,
              to,
              reaches(asked, from, to),
            ]);
          }
        }
      }
    }),
    RUNS,
  );
});

test('ExternalSecrets wait for what they name, in each environment', () => {
  fc.assert(
    fc.property(validBlueprints, (model) => {
      const objects = objectsOf(model.spec);
      const byId = new Map(objects.map((object) => [object.id, object]));
      const produced = (id: string): readonly string[] => byId.get(id)?.dependsOn ?? [];
      const needs = orderOf(model);
      const asked = (title: string): Iterable<string> => model.secrets.get(title) ?? needs(title);
      for (const environment of model.environments) {
        const components = componentsOf(objects, model, environment);
        for (const name of model.secrets.keys()) {
          const secret = objects.find(({ ref }) => ref.name === name + environment.suffix);
          for (const [to, other] of components)
            expect([to, reaches(produced, secret?.id ?? '', other.id)]).toEqual([
              to,
              reaches(asked, name, to),
            ]);
        }
      }
    }),
    RUNS,
  );
});

test('every edge is written for Flux or held by the operator, and waves follow them', () => {
  fc.assert(
    fc.property(validBlueprints, ({ spec }) => {
      const objects = objectsOf(spec);
      const byId = new Map(objects.map((object) => [object.id, object]));
      for (const object of objects) {
        const native = ((specOf(object)['dependsOn'] ?? []) as { name: string; namespace?: string }[]).map(
          ({ name, namespace = object.ref.namespace }) => `${object.ref.kind}/${namespace ?? ''}/${name}`,
        );
        for (const id of object.dependsOn) {
          const other = byId.get(id);
          expect(other?.wave ?? Infinity).toBeLessThan(object.wave);
          // For what an object refers to, Flux waits by itself.
          if (other === undefined || isReferredTo(other)) continue;
          const written = native.includes(`${other.ref.kind}/${other.ref.namespace ?? ''}/${other.ref.name}`);
          expect([id, written !== object.createAfter.includes(id)]).toEqual([id, true]);
        }
      }
    }),
    RUNS,
  );
});

function isReferredTo({ ref }: DesiredObject): boolean {
  return ref.apiVersion.startsWith('source.toolkit.fluxcd.io/') || ref.kind === 'Provider';
}

test('what Flux can order by itself, it orders without the operator', () => {
  fc.assert(
    fc.property(validBlueprints, (model) => {
      const objects = objectsOf(model.spec);
      const byId = new Map(objects.map((object) => [object.id, object]));
      const native = (id: string): string[] => {
        const object = byId.get(id);
        return (object?.dependsOn ?? []).filter((other) => object?.createAfter.includes(other) === false);
      };
      const kinds = new Map(model.components.map(({ title, kind }) => [title, kind]));
      const asked = orderOf(model);
      const askedOfOneKind = (title: string): string[] =>
        [...asked(title)].filter(
          (other) => kinds.get(other) === kinds.get(title) && kinds.get(title) !== 'ImageRepository',
        );
      for (const environment of model.environments.filter(({ omitted }) => omitted.size === 0)) {
        const components = componentsOf(objects, model, environment);
        for (const [from, object] of components)
          for (const [to, other] of components)
            if (reaches(askedOfOneKind, from, to))
              expect([from, to, reaches(native, object.id, other.id)]).toEqual([from, to, true]);
      }
    }),
    RUNS,
  );
});
