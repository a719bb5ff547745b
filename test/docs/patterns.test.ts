import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { Label } from '../../src/api/names.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { ANTI_PATTERNS } from '../../src/api/schema/policy.ts';
import { compile } from '../../src/core/compile/compile.ts';
import { offlineContext } from '../../src/core/compile/model/context.ts';
import { toYaml } from '../../src/core/yaml/write-yaml.ts';

/**
 * Keeps docs/patterns.md correct: the Flux manifests that it shows are what the blueprint beside them generates, and
 * its numbers are counted. Lines are counted in block style on both sides, without comments, empty lines and `---`, and
 * for blueprints without the lines that every one begins with.
 */
const ROOT = new URL('../../', import.meta.url);
const PAGE = readText('docs/patterns.md');

function readText(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** The objects that a blueprint generates, without the operator's own labels. */
function generate(blueprint: unknown): KubeObject[] {
  const compiled = compile(blueprint, offlineContext());
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const ours: readonly string[] = Object.values(Label);
  return compiled.desired.objects.map(({ manifest }) => {
    const { labels = {}, ...metadata } = manifest.metadata;
    const left = Object.entries(labels).filter(([name]) => !ours.includes(name));
    const rest = left.length === 0 ? metadata : { ...metadata, labels: Object.fromEntries(left) };
    return { ...manifest, metadata: rest };
  });
}

function blueprintOf(spec: unknown): unknown {
  return {
    apiVersion: 'fluxblueprint.io/v1beta1',
    kind: 'FluxBlueprint',
    metadata: { name: 'patterns', namespace: 'flux-system' },
    spec,
  };
}

/** Lines of values in block style. */
function countLines(values: readonly unknown[]): number {
  return values.reduce<number>((sum, value) => sum + toYaml(value).trimEnd().split('\n').length, 0);
}

/** Lines as they are shown. */
function shownLines(text: string): number {
  return text.split('\n').filter((line) => line.trim() !== '' && line !== '---' && !/^\s*#/.test(line))
    .length;
}

interface Row {
  title: string;
  flux: number;
  blueprint: number;
  link: string;
}

function rows(): Row[] {
  return [...PAGE.matchAll(/^\| \[([^\]]+)\]\(([^)]+)\) +\| +(\d+) +\| +(\d+) +\|$/gm)].map(
    ([, title = '', link = '', flux, blueprint]) => ({
      title,
      link,
      flux: Number(flux),
      blueprint: Number(blueprint),
    }),
  );
}

interface Pattern {
  title: string;
  flux: string;
  blueprint: string;
  said: number[];
}

/** The sections that show both forms. */
function patterns(): Pattern[] {
  const sections = PAGE.split(/^## /m).slice(1);
  return sections.flatMap((section) => {
    const blocks = [
      ...section.matchAll(/^(?:<summary>)?(?:Flux|Blueprint): (\d+) lines.*\n+```yaml\n([\s\S]*?)^```$/gm),
    ];
    const [blueprint, flux] = blocks;
    if (blueprint === undefined || flux === undefined) return [];
    return [
      {
        title: section.split('\n')[0] ?? '',
        blueprint: blueprint[2] ?? '',
        flux: flux[2] ?? '',
        said: blocks.map(([, lines]) => Number(lines)),
      },
    ];
  });
}

test('every pattern is shown in both forms, and stands in the table', () => {
  expect(patterns().length).toBeGreaterThanOrEqual(10);
  expect(rows().map(({ title }) => title)).toEqual(
    expect.arrayContaining(patterns().map(({ title }) => title)),
  );
});

test.each(patterns())('the Flux of “$title” is what the blueprint generates', ({ flux, blueprint }) => {
  const written = [...parseAllDocuments(flux)].map((document) => document.toJS() as KubeObject);
  expect(written).toEqual(generate(blueprintOf(parse(blueprint))));
});

test.each(patterns())('the lines of “$title” are counted', ({ title, flux, blueprint, said }) => {
  const spec: unknown = parse(blueprint);
  const counted = [countLines([spec]), countLines(generate(blueprintOf(spec)))];
  expect(said).toEqual(counted);
  // In block style, so that no line is won by folding.
  expect([shownLines(blueprint), shownLines(flux)]).toEqual(counted);
  expect(rows().find((row) => row.title === title)).toMatchObject({
    flux: counted[1],
    blueprint: counted[0],
  });
});

test('the lines of the samples in the table are counted', () => {
  const samples = rows().filter(({ link }) => link.includes('samples/'));
  expect(samples.length).toBeGreaterThanOrEqual(4);
  for (const { title, link, flux, blueprint } of samples) {
    const sample = parse(readText(`docs/${link}`)) as { spec: unknown };
    expect({ title, flux, blueprint }).toEqual({
      title,
      flux: countLines(generate(sample)),
      blueprint: countLines([sample.spec]),
    });
  }
});

test('the number of lines that every blueprint begins with is right', () => {
  const { spec, ...head } = parse(readText('config/samples/smallest.yaml')) as Record<string, unknown>;
  expect(spec).toBeDefined();
  // `spec:` itself is the last of them.
  const lines = countLines([head]) + 1;
  expect(PAGE.replace(/\s+/g, ' ')).toContain(`the ${lines} lines that every blueprint begins with`);
});

test('the intervals in the table are those that are filled in', () => {
  const said = [...PAGE.matchAll(/^\| (\w+) +\| (\d+m) +\| (\d+m) +\|$/gm)].map(([, kind, , ours]) => [
    kind,
    ours,
  ]);
  const objects = generate(
    blueprintOf({
      sources: [
        { name: 'git', git: { url: 'https://example.com/a.git' } },
        { name: 'oci', oci: { url: 'oci://example.com/a' } },
        { name: 'helm', helm: { url: 'https://example.com/charts' } },
      ],
      layers: [
        { name: 'a', source: 'git', kustomization: {} },
        { name: 'b', source: 'helm', helmRelease: { chart: { spec: { chart: 'b' } } } },
      ],
    }),
  );
  const filledIn = objects.map(({ kind, spec }) => [kind, (spec as { interval: string }).interval]);
  expect(said.sort()).toEqual(filledIn.sort());
});

test('every rule that the page names is one of ours, and all are named', () => {
  const named = [...(PAGE.split('## Anti-patterns')[1] ?? '').matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(
    ([, rule]) => rule,
  );
  expect([...new Set(named)].sort()).toEqual([...ANTI_PATTERNS].sort());
});

test('the page links only to files that exist', () => {
  const links = [...PAGE.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => link ?? '');
  expect(links.filter((link) => !existsSync(new URL(`docs/${link}`, ROOT)))).toEqual([]);
});
