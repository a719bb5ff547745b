import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..');

/** Every Markdown file of the project, by its path. */
async function listPages(): Promise<string[]> {
  const top = (await readdir(root)).filter((name) => name.endsWith('.md'));
  const folders = ['docs', 'charts'];
  const below = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true }))
        .filter((name) => name.endsWith('.md'))
        .map((name) => join(folder, name)),
    ),
  );
  return [...top, ...below.flat()].sort();
}

/** A page without what stands in fences and between backquotes, where nothing is a link. */
function readProse(markdown: string): string {
  return markdown.replaceAll(/^ *```[\s\S]*?^ *```$/gmu, '').replaceAll(/`[^`\n]*`/gu, '');
}

/** The anchors that GitHub gives the headings of a page. */
function listAnchors(markdown: string): Set<string> {
  const anchors = new Set<string>();
  const headings = markdown.replaceAll(/^ *```[\s\S]*?^ *```$/gmu, '').matchAll(/^#+ (.*)$/gmu);
  for (const [, heading = ''] of headings) {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/gu, '-');
    let free = slug;
    for (let i = 1; anchors.has(free); i++) free = `${slug}-${i}`;
    anchors.add(free);
  }
  return anchors;
}

async function findBroken(page: string): Promise<string[]> {
  const links = [...readProse(await readFile(join(root, page), 'utf8')).matchAll(/\]\(([^)\s]+)\)/gu)];
  const broken: string[] = [];
  for (const [, link = ''] of links) {
    if (/^(https?|mailto):/u.test(link)) continue;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? join(root, page) : join(root, dirname(page), path);
    if (!existsSync(target) || relative(root, target).startsWith('..')) broken.push(`${page}: ${link}`);
    else if (anchor !== undefined && !listAnchors(await readFile(target, 'utf8')).has(anchor))
      broken.push(`${page}: ${link} has no such heading`);
  }
  return broken;
}

test('every link between pages leads to a file, and to a heading of it', async () => {
  const pages = await listPages();
  expect(pages.length).toBeGreaterThan(30);
  expect((await Promise.all(pages.map(findBroken))).flat()).toEqual([]);
});

test('every page can be found from the README', async () => {
  const found = new Set(['README.md']);
  for (const page of found) {
    const text = await readFile(join(root, page), 'utf8');
    for (const [, link = ''] of readProse(text).matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/gu)) {
      const target = relative(root, join(root, dirname(page), link));
      const index = join(target, 'README.md');
      if (!/^\w+:/u.test(link) && target.endsWith('.md')) found.add(target);
      if (!/^\w+:/u.test(link) && existsSync(join(root, index))) found.add(index);
    }
  }
  expect((await listPages()).filter((page) => !found.has(page))).toEqual([]);
});

test('every command of make in the pages is a target, and every command of the program is one', async () => {
  const makefile = await readFile(join(root, 'Makefile'), 'utf8');
  const main = await readFile(join(root, 'src', 'app', 'main.ts'), 'utf8');
  const sources = await Promise.all(
    (await readdir(join(root, 'src', 'cli'), { recursive: true }))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFile(join(root, 'src', 'cli', name), 'utf8')),
  );
  const code = [main, ...sources].join('\n');
  const unknown: string[] = [];
  for (const page of await listPages()) {
    const text = await readFile(join(root, page), 'utf8');
    const blocks = [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gmu)]
      .map(([, block = '']) => block)
      .join('\n');
    for (const [, target = ''] of blocks.matchAll(/^ *make ([\w-]+)/gmu))
      if (!new RegExp(`^${target}:`, 'mu').test(makefile)) unknown.push(`${page}: make ${target}`);
    for (const [, command = ''] of blocks.matchAll(/(?:^ *fluxblueprint|fluxblueprint\.js) ([a-z]+)/gmu))
      if (!code.includes(`'${command}`)) unknown.push(`${page}: fluxblueprint ${command}`);
  }
  expect(unknown).toEqual([]);
});
