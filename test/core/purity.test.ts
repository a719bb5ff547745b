import { readFileSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, test } from '@jest/globals';
import { findFileCircles, findUntidyRooms, findUpwardArrows, findViolations } from './arrows.ts';
import { ARROWS } from './rooms.ts';

const SRC = new URL('../../src/', import.meta.url);

function readSources(): Map<string, string> {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  return new Map(files.sort().map((path) => [path, readFileSync(new URL(path, SRC), 'utf8')]));
}

function violations(path: string, text: string): string[] {
  return findViolations(new Map([[path, text]]));
}

test('all of src keeps to the arrows, and api and core are pure', () => {
  const sources = readSources();
  expect(sources.size).toBeGreaterThan(200);
  expect(findViolations(sources)).toEqual([]);
});

test('every room that the arrows name is there', () => {
  const rooms = new Set([...readSources().keys()].map((path) => posix.dirname(path)));
  expect(Object.keys(ARROWS).filter((room) => !rooms.has(room))).toEqual([]);
});

test('no arrow runs up, so that there is no circle of rooms, and there is none of files', () => {
  expect(findUpwardArrows()).toEqual([]);
  expect(findFileCircles(readSources())).toEqual([]);
});

test('an arrow that runs up, to a room of the same place or to none, is found out', () => {
  const arrows = { low: { ours: ['high', 'low', 'nowhere'] }, high: { ours: ['low'] } };
  expect(findUpwardArrows(arrows)).toEqual(['low -> high', 'low -> low', 'low -> nowhere']);
});

test('a circle of files is found out, with the files along it', () => {
  const files = new Map([
    ['core/a.ts', "import { b } from './b.ts';"],
    ['core/b.ts', "export { c } from './deep/c.ts';"],
    ['core/deep/c.ts', "import type { B } from '../b.ts';"],
  ]);
  expect(findFileCircles(files)).toEqual([['core/b.ts', 'core/deep/c.ts']]);
});

test('every room opens with a comment of what lives there, and holds about a dozen files', () => {
  expect(findUntidyRooms(readSources())).toEqual([]);
});

test('a room that nobody explains, or that is full, is found out', () => {
  const files = Array.from({ length: 14 }, (_, i) => [`core/plan/${i}.ts`, 'export {};'] as const);
  expect(findUntidyRooms(new Map(files))).toEqual([
    'core/plan: 14 loose files',
    'core/plan: no file opens with a comment of what lives here',
  ]);
});

test.each([
  ['api/names.ts', "import { x } from '../core/values/json.ts';"],
  ['api/names.ts', "import { x } from './schema/spec.ts';"],
  ['api/schema/spec.ts', "import type { X } from '../../ports/clock.ts';"],
  ['api/schema/shapes/bounds.ts', "import type { X } from '../spec.ts';"],
  ['api/names.ts', "import { parse } from 'yaml';"],
  ['core/plan/plan.ts', "import { x } from '../../ports/clock.ts';"],
  ['core/plan/plan.ts', "import { x } from '../status/conditions.ts';"],
  ['core/plan/plan.ts', "import { x } from '../compile/compile.ts';"],
  ['core/plan/plan.ts', "import { createHash } from 'node:crypto';"],
  ['core/plan/plan.ts', "import { parse } from 'yaml';"],
  ['core/kinds/kind.ts', "export * from '../../operator/apply/apply.ts';"],
  ['core/plan/plan.ts', "const x = await import('node:fs');"],
  ['core/plan/plan.ts', "type X = import('undici').Agent;"],
  ['core/plan/plan.ts', 'const x = import(name);'],
  ['core/plan/plan.ts', "import fs = require('fs');"],
  ['core/validation/describe-value.ts', "import { x } from '../lint/lint.ts';"],
  ['ports/cluster.ts', "import { x } from '../core/plan/plan.ts';"],
  ['ports/cluster.ts', "import 'node:http';"],
  ['runtime/controller.ts', "import { x } from '../operator/reconcile.ts';"],
  ['runtime/controller.ts', "import type { KubeConfig } from '@kubernetes/client-node';"],
  ['operator/apply/apply.ts', "import { x } from '../../kube/http/errors.ts';"],
  ['operator/apply/apply.ts', "import { x } from '../../runtime/controller.ts';"],
  ['operator/apply/apply.ts', "import { readFileSync } from 'node:fs';"],
  ['operator/apply/apply.ts', "import { Agent } from 'undici';"],
  ['operator/prune/prune.ts', "import { x } from '../../core/compile/compile.ts';"],
  ['operator/prune/prune.ts', "import { x } from '../../core/graph/graph.ts';"],
  ['operator/context/progress.ts', "import { x } from '../apply/apply.ts';"],
  ['kube/cluster.ts', "import { x } from '../core/plan/plan.ts';"],
  ['kube/cluster.ts', "import winston from 'winston';"],
  ['cli/render.ts', "import { x } from '../kube/cluster.ts';"],
  ['cli/render.ts', "import { x } from '@dot-i/k8s-operator/dist/x.js';"],
  ['app/main.ts', "import { Agent } from 'undici';"],
  ['app/main.ts', "import { KubeConfig } from '@kubernetes/client-node';"],
  ['helpers/x.ts', ''],
])('in %s the line `%s` is found out', (path, text) => {
  expect(violations(path, text)).not.toEqual([]);
});

test.each([
  'process.env.HOME;',
  'const { env } = process;',
  "console.log('x');",
  'Date.now();',
  "Date['now']();",
  'new Date();',
  'Date();',
  'Math.random();',
  'setTimeout(run, 1);',
  'export const later = setImmediate;',
  "fetch('https://example.com');",
  'async function f() { await g(); }',
  'for await (const x of y) z(x);',
  'globalThis.process;',
  "a.localeCompare(b, 'en');",
  'new Intl.Collator();',
  'crypto.randomUUID();',
  'run({ process });',
])('in the pure core the line `%s` is found out', (text) => {
  expect(violations('core/plan/plan.ts', text)).not.toEqual([]);
  expect(violations('api/names.ts', text)).not.toEqual([]);
  expect(violations('app/main.ts', text)).toEqual([]);
});

test.each([
  [
    'core/plan/plan.ts',
    "import { x } from '../../api/names.ts'; import { y } from '../values/json.ts'; import { z } from './promotion.ts';",
  ],
  ['core/kinds/kind.ts', "import { x } from '../../api/names.ts'; import { y } from './overlay.ts';"],
  [
    'core/plan/plan.ts',
    "new Date('2026-01-01'); Math.max(1, 2); const x = { process: 1, fetch: 2 }; x.process; x.fetch;",
  ],
  ['core/plan/plan.ts', 'interface X { console: string; now(): number } class Y { fetch() {} }'],
  ['core/plan/plan.ts', "// process.exit()\nconst text = 'await fetch()';"],
  ['core/yaml/write-yaml.ts', "import { parse } from 'yaml';"],
  ['api/schema/spec.ts', "import Type from 'typebox'; import type { X } from 'typebox/type';"],
  ['ports/cluster.ts', "import type { X } from '../api/object.ts'; import type { Y } from './clock.ts';"],
  [
    'operator/memory/compile-cache.ts',
    "import { createHash } from 'node:crypto'; import { x } from '../../core/compile/compile.ts'; Date.now();",
  ],
  [
    'kube/http/connection.ts',
    "import { Agent } from 'undici'; import { KubeConfig } from '@kubernetes/client-node'; import 'node:tls';",
  ],
  [
    'cli/render.ts',
    "import { Command } from 'commander'; import { x } from '../core/compile/compile.ts'; import 'node:fs';",
  ],
  [
    'app/main.ts',
    "import { x } from '../kube/cluster.ts'; import 'node:fs'; import y from '@dot-i/k8s-operator';",
  ],
])('in %s the line `%s` is allowed', (path, text) => {
  expect(violations(path, text)).toEqual([]);
});
