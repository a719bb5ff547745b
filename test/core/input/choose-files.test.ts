import { expect, test } from '@jest/globals';
import { chooseTreeFiles, isEntered, isReadable } from '../../../src/core/input/choose-files.ts';

test.each([
  ['a.yaml', true],
  ['a.yml', true],
  ['A.YAML', true],
  ['a.json', true],
  ['a.yaml.bak', false],
  ['.a.yaml', false],
  ['yaml', false],
  ['a.txt', false],
])('whether the file %s of a folder is read: %s', (name, isRead) => {
  expect(isReadable(name)).toBe(isRead);
});

test.each([
  ['clusters', true],
  ['.git', false],
  ['..data', false],
  ['node_modules', false],
])('whether the folder %s is looked into: %s', (name, isLookedInto) => {
  expect(isEntered(name)).toBe(isLookedInto);
});

const id = 'a'.repeat(40);

test('of a revision the files are chosen in order, without links, submodules and what is hidden', () => {
  const listing = [
    `100644 blob ${id}      12\tz.yaml`,
    `100755 blob ${id}       3\ta\tb\n.json`,
    `120000 blob ${id}       4\tlink.yaml`,
    `160000 commit ${id}       -\tmodule.yaml`,
    `100644 blob ${id}       5\tREADME.md`,
    `100644 blob ${id}       5\t.github/x.yaml`,
    `100644 blob ${id}       5\tsub/node_modules/x.yaml`,
    `100644 blob ${id}       6\tsub/x.yml`,
    `100644 blob ${id}     BAD\tlost.yaml`,
    'nonsense',
    '',
  ].join('\0');
  expect(chooseTreeFiles(listing)).toEqual([
    { path: 'a\tb\n.json', id, bytes: 3 },
    { path: 'lost.yaml', id, bytes: 0 },
    { path: 'sub/x.yml', id, bytes: 6 },
    { path: 'z.yaml', id, bytes: 12 },
  ]);
});
