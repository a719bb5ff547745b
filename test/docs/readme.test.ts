import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { compile } from '../../src/core/compile/compile.ts';
import { offlineContext } from '../../src/core/compile/model/context.ts';
import { toYaml } from '../../src/core/yaml/write-yaml.ts';

const root = new URL('../../', import.meta.url);

async function readText(path: string): Promise<string> {
  return readFile(new URL(path, root), 'utf8');
}

/** The fenced blocks of a language in a Markdown text. */
function blocksOf(markdown: string, language: string): string[] {
  return [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter((match) => match[1] === language)
    .map((match) => match[2] ?? '');
}

describe('the README', () => {
  it('shows the smallest sample', async () => {
    const [shown = ''] = blocksOf(await readText('README.md'), 'yaml');
    expect(parse(shown)).toEqual(parse(await readText('config/samples/smallest.yaml')));
  });

  it('shows an object that the smallest blueprint becomes, to the byte', async () => {
    const [blueprint = '', shown] = blocksOf(await readText('README.md'), 'yaml');
    const compiled = compile(parse(blueprint), offlineContext());
    expect(compiled.ok && compiled.desired.objects.map(({ manifest }) => toYaml(manifest))).toContain(shown);
  });

  it('links only to files that exist', async () => {
    const links = [...(await readText('README.md')).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(
      (match) => match[1] ?? '',
    );
    expect(links.length).toBeGreaterThan(5);
    const { existsSync } = await import('node:fs');
    expect(links.filter((link) => !existsSync(new URL(link, root)))).toEqual([]);
  });

  it('names only make targets that exist', async () => {
    const makefile = await readText('Makefile');
    const targets = blocksOf(await readText('README.md'), 'sh').flatMap((block) =>
      [...block.matchAll(/^make (\S+)$/gm)].map((match) => match[1] ?? ''),
    );
    expect(targets.length).toBeGreaterThan(2);
    for (const target of targets) expect(makefile).toMatch(new RegExp(`^${target}:`, 'm'));
  });
});
