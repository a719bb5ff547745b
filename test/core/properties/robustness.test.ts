import { expect, test } from '@jest/globals';
import { splitApiVersion } from '../../../src/api/object.ts';
import { compile } from '../../../src/core/compile/compile.ts';
import { type CompileContext, offlineContext } from '../../../src/core/compile/model/context.ts';
import { checkSchema } from '../../../src/core/validation/check-schema.ts';
import { FLUX_SCHEMAS } from '../../../src/core/kinds/flux-schemas.generated.ts';
import { toYaml } from '../../../src/core/yaml/write-yaml.ts';
import { blueprintOf, problemsOf } from '../compiling.ts';
import { goldenNames, readGolden } from '../golden/golden.ts';
import { mutate } from './mutate.ts';
import { SeededRandom } from '../../harness/random.ts';

const MUTATIONS = 10_000;

/** Groups of which an object may be that Flux's schemas do not know. */
const PASSED_THROUGH = /^$|\.fluxcd\.io$|external-secrets\.io$|^fluxcd\.controlplane\.io$/;

/** What went wrong with one input; undefined when it compiled or was refused with reasons. */
function fault(input: unknown, context: CompileContext): string | undefined {
  try {
    const compiled = compile(input, context);
    if (!compiled.ok) {
      toYaml(compiled.problems);
      return compiled.problems.length > 0 ? undefined : 'refused without a reason';
    }
    for (const { manifest, ref } of compiled.desired.objects) {
      JSON.stringify(manifest);
      const { group } = splitApiVersion(ref.apiVersion);
      const schema = FLUX_SCHEMAS[`${group}/${ref.kind}`];
      if (schema === undefined && PASSED_THROUGH.test(group)) continue;
      if (schema === undefined) return `unknown kind ${ref.kind} of ${group}`;
      let invalid: string | undefined;
      checkSchema(schema.spec, manifest['spec'], (rule, steps) => (invalid = `${rule} ${steps.join('.')}`));
      if (invalid !== undefined) return invalid;
    }
    return undefined;
  } catch (error) {
    return String(error instanceof Error ? error.stack : error);
  }
}

test(`of ${MUTATIONS} mutated blueprints each compiles to what Flux takes or is refused with a reason`, () => {
  const random = new SeededRandom(8);
  // Those that compile twice as often: what is refused anyway shows less.
  const names = goldenNames().flatMap((name) =>
    compile(readGolden(name), offlineContext()).ok ? [name, name] : [name],
  );
  const inputs = new Map(names.map((name) => [name, readGolden(name)]));
  const faults: string[] = [];
  let compiledAtAll = 0;
  for (let round = 0; round < MUTATIONS; round++) {
    const input = structuredClone(inputs.get(random.pick(names)));
    for (let i = 1 + random.below(2); i > 0; i--) mutate(input, random);
    const context = {
      ...offlineContext(),
      suspendGenerated: random.chance(0.2),
      ageRecipient: random.chance(0.5) ? 'age1x' : undefined,
    };
    const found = fault(input, context);
    if (found !== undefined) faults.push(`${round}: ${found}`);
    else if (compile(input, context).ok) compiledAtAll += 1;
  }
  expect(faults).toEqual([]);
  // Mutations that never got past the schema would show nothing of what comes after it.
  expect(compiledAtAll).toBeGreaterThan(MUTATIONS / 20);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test.each([undefined, null, 0, '', [], {}, true, { metadata: null }, { metadata: { name: 5 }, spec: [] }])(
  'the input %j is refused with a reason',
  (input) => {
    const compiled = compile(input, offlineContext());
    expect(compiled.ok ? [] : compiled.problems).not.toEqual([]);
  },
);

test('a blueprint nested too deep for any stack, or in a circle, is refused', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = { a: deep };
  const circle: Record<string, unknown> = {};
  circle['again'] = circle;
  for (const values of [deep, circle]) {
    expect(problemsOf({ defaults: { helmRelease: { values } } }).map(({ rule }) => rule)).toEqual([
      'too-deep',
    ]);
  }
});

test('values nested a hundred levels deep compile', () => {
  let values: unknown = { bottom: null };
  for (let i = 0; i < 100; i++) values = { a: values };
  const charts = { name: 'charts', helm: { url: 'https://example.com/charts' } };
  const web = { name: 'web', helmRelease: { chart: { spec: { chart: 'web' } }, values } };
  const compiled = compile(blueprintOf({ sources: [charts], layers: [web] }), offlineContext());
  expect(compiled.ok && JSON.stringify(compiled.desired.objects[1]?.manifest)).toContain('"bottom":null');
});

test('a message never repeats text that may be secret', () => {
  const secret = 'hunter2 hunter2';
  const sources = [
    { name: 'fleet', git: { url: secret, interval: secret, provider: secret, ref: { [secret]: 1 } } },
  ];
  const layers = [
    { name: 'apps', kustomization: { postBuild: { substitute: { A: [secret] } }, interval: secret } },
  ];
  for (const problem of [
    ...problemsOf({ sources, layers }),
    ...problemsOf({ variables: { substitute: secret } }),
  ]) {
    expect(problem.message).not.toContain('hunter2');
  }
});
