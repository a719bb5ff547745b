import { expect, test } from '@jest/globals';
import {
  nameBelow,
  nameInput,
  objectName,
  parseInputArgument,
} from '../../../src/core/input/input-argument.ts';

test.each([
  ['-', { from: 'stdin' }],
  ['a.yaml', { from: 'path', path: 'a.yaml' }],
  ['./git:main:x', { from: 'path', path: './git:main:x' }],
  ['-a.yaml', { from: 'path', path: '-a.yaml' }],
  ['git:main:clusters', { from: 'git', revision: 'main', path: 'clusters' }],
  ['git:HEAD~2:.', { from: 'git', revision: 'HEAD~2', path: '.' }],
  ['git:v1.2^{commit}:a:b', { from: 'git', revision: 'v1.2^{commit}', path: 'a:b' }],
  ['git:@{upstream}:./x', { from: 'git', revision: '@{upstream}', path: './x' }],
  ['git:main:-rf', { from: 'git', revision: 'main', path: '-rf' }],
  ['git:zweig/ä:x', { from: 'git', revision: 'zweig/ä', path: 'x' }],
])('%s is an argument', (text, argument) => {
  expect(parseInputArgument(text)).toEqual(argument);
});

test.each([
  ['', /is empty/],
  ['a\0b', /NUL/],
  ['git:main', /git:REV:PATH/],
  ['git::x', /names no revision/],
  ['git:main:', /names no path/],
  ['git:-p:x', /option of git/],
  ['git:--output=x:y', /option of git/],
  ['git:^main:x', /\^/],
  ['git:a..b:x', /one commit/],
  ['git:a b:x', /one commit/],
  ['git:a\nb:x', /one commit/],
  ['git:a*:x', /one commit/],
  [`git:${'a'.repeat(257)}:x`, /256/],
  ['git:main:/etc/passwd', /root of the repository/],
  ['git:main:a\nb', /line breaks/],
  [`git:main:${'a'.repeat(4097)}`, /4096/],
])('%j is wrong, and it is said why', (text, message) => {
  expect(parseInputArgument(text)).toEqual({ fault: expect.stringMatching(message) as unknown });
});

test.each([
  ['.', 'c0ffee:'],
  ['./', 'c0ffee:'],
  ['clusters/', 'c0ffee:clusters'],
  ['clusters//', 'c0ffee:clusters'],
  ['./here', 'c0ffee:./here'],
  ['-rf', 'c0ffee:-rf'],
])('the path %s of a commit is named to git as one argument that is no option', (path, name) => {
  expect(objectName('c0ffee', path)).toBe(name);
});

test.each([
  ['.', 'git:main:a/b.yaml'],
  ['clusters/', 'git:main:clusters/a/b.yaml'],
])('a file below the folder %s is named as one could ask for it', (path, name) => {
  expect(nameBelow({ revision: 'main', path }, 'a/b.yaml')).toBe(name);
});

test.each([
  ['-', 'standard input'],
  ['a.yaml', 'a.yaml'],
  ['git:main:x', 'git:main:x'],
])('messages name %s as %s', (text, name) => {
  const argument = parseInputArgument(text);
  expect('fault' in argument ? argument : nameInput(argument)).toBe(name);
});
