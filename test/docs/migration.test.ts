import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { KubeObject } from '../../src/api/object.ts';
import { compile } from '../../src/core/compile/compile.ts';
import { offlineContext } from '../../src/core/compile/model/context.ts';

interface ResourceSet {
  spec: { inputs: Record<string, string>[]; resources: unknown[] };
}

/** Fills the templates of a ResourceSet, as far as the page uses them. */
function expand({ spec }: ResourceSet): KubeObject[] {
  return spec.inputs.flatMap((inputs) => {
    const text = JSON.stringify(spec.resources).replaceAll(
      /<< inputs\.(\w+) >>/gu,
      (_, name: string) => inputs[name] ?? '',
    );
    return JSON.parse(text) as KubeObject[];
  });
}

test('the blueprint in the page on ResourceSets makes objects of the same names, which say the same', async () => {
  const page = await readFile(new URL('../../docs/migrate-from-resourceset.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gmu)].map(([, text = '']) => text);
  const [before, after] = blocks.map((text) => parse(text) as ResourceSet & KubeObject);
  if (before === undefined || after === undefined) throw new Error('the page shows no two objects');
  const compiled = compile(after, offlineContext());
  if (!compiled.ok) throw new Error(JSON.stringify(compiled));
  const made = compiled.desired.objects.map(({ manifest }) => manifest);
  const nameOf = ({ kind, metadata }: KubeObject): string =>
    `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
  const wanted = expand(before);
  expect(made.map(nameOf).sort()).toEqual(wanted.map(nameOf).sort());
  for (const object of wanted) {
    const same = made.find((one) => nameOf(one) === nameOf(object));
    expect(same).toMatchObject({ apiVersion: object.apiVersion, spec: object['spec'] });
  }
});
