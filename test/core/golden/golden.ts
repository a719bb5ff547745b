import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { parse } from 'yaml';
import { type Compiled, compile } from '../../../src/core/compile/compile.ts';
import { type CompileContext, offlineContext } from '../../../src/core/compile/model/context.ts';
import { toYaml, toYamlDocuments } from '../../../src/core/yaml/write-yaml.ts';

/**
 * One folder per feature: `blueprint.yaml`, and what it compiles to, `objects.yaml` or `problems.yaml`. Where what the
 * operator knows beyond the blueprint counts, it is in `context.yaml`.
 * `UPDATE_GOLDEN=1 npm test -- test/core/golden.test.ts` writes the outcomes anew.
 */
export const GOLDEN_FOLDER = new URL('../../golden/', import.meta.url);

/** The names of the golden folders, sorted. */
export function goldenNames(): string[] {
  return readdirSync(GOLDEN_FOLDER).sort();
}

/** The blueprint of a golden folder, parsed as the command line does. */
export function readGolden(name: string): unknown {
  return parse(readFileSync(new URL(`${name}/blueprint.yaml`, GOLDEN_FOLDER), 'utf8'));
}

/** The context of a golden folder. */
export function readContext(name: string): CompileContext {
  const file = new URL(`${name}/context.yaml`, GOLDEN_FOLDER);
  const known = existsSync(file) ? (parse(readFileSync(file, 'utf8')) as Partial<CompileContext>) : {};
  return { ...offlineContext(), ...known };
}

/** Compiles and renders: the objects in the order of application, or every problem. */
export function renderCompiled(
  input: unknown,
  context: CompileContext = offlineContext(),
): { file: 'objects.yaml' | 'problems.yaml'; text: string } {
  const compiled = compile(input, context);
  return compiled.ok
    ? { file: 'objects.yaml', text: renderObjects(compiled) }
    : { file: 'problems.yaml', text: toYaml(compiled.problems) };
}

/** The manifests as YAML documents; the empty text for none. */
export function renderObjects(compiled: Compiled & { ok: true }): string {
  return toYamlDocuments(compiled.desired.objects.map(({ manifest }) => manifest));
}
