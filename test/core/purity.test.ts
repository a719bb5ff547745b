import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ARROWS, findViolations } from './arrows.ts';

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
  expect(sources.size).toBeGreaterThan(60);
  expect(findViolations(sources)).toEqual([]);
});

test('every folder that the arrows name, but for those to come, is there', () => {
  const folders = new Set([...readSources().keys()].map((path) => path.split('/')[0]));
  expect(Object.keys(ARROWS).filter((folder) => folder !== 'web' && !folders.has(folder))).toEqual([]);
});

test.each([
  ['api/names.ts', "import { x } from '../core/json.ts';"],
  ['api/schema/spec.ts', "import type { X } from '../../ports/clock.ts';"],
  ['api/names.ts', "import { parse } from 'yaml';"],
  ['core/plan/plan.ts', "import { x } from '../../ports/clock.ts';"],
  ['core/plan/plan.ts', "import { createHash } from 'node:crypto';"],
  ['core/kinds/kind.ts', "export * from '../../operator/apply.ts';"],
  ['core/plan/plan.ts', "const x = await import('node:fs');"],
  ['core/plan/plan.ts', "type X = import('undici').Agent;"],
  ['core/plan/plan.ts', 'const x = import(name);'],
  ['core/plan/plan.ts', "import fs = require('fs');"],
  ['ports/cluster.ts', "import { x } from '../core/plan.ts';"],
  ['ports/cluster.ts', "import 'node:http';"],
  ['runtime/controller.ts', "import { x } from '../operator/reconcile.ts';"],
  ['runtime/controller.ts', "import type { KubeConfig } from '@kubernetes/client-node';"],
  ['operator/apply/apply.ts', "import { x } from '../../kube/errors.ts';"],
  ['operator/apply/apply.ts', "import { x } from '../../runtime/controller.ts';"],
  ['operator/apply/apply.ts', "import { readFileSync } from 'node:fs';"],
  ['operator/apply/apply.ts', "import { Agent } from 'undici';"],
  ['kube/cluster.ts', "import { x } from '../core/plan.ts';"],
  ['kube/cluster.ts', "import winston from 'winston';"],
  ['cli/render.ts', "import { x } from '../kube/cluster.ts';"],
  ['cli/render.ts', "import { x } from '@dot-i/k8s-operator/dist/x.js';"],
  ['web/page.ts', "import { x } from '../kube/cluster.ts';"],
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
    "import { x } from '../../api/names.ts'; import { parse } from 'yaml'; import { y } from './json.ts';",
  ],
  ['core/kinds/kind.ts', "import { x } from '../../api/names.ts'; import { y } from '../merge.ts';"],
  [
    'core/plan/plan.ts',
    "new Date('2026-01-01'); Math.max(1, 2); const x = { process: 1, fetch: 2 }; x.process; x.fetch;",
  ],
  ['core/plan/plan.ts', 'interface X { console: string; now(): number } class Y { fetch() {} }'],
  ['core/plan/plan.ts', "// process.exit()\nconst text = 'await fetch()';"],
  ['api/names.ts', "import Type from 'typebox'; import type { X } from 'typebox/type';"],
  ['ports/cluster.ts', "import type { X } from '../api/object.ts'; import type { Y } from './clock.ts';"],
  [
    'operator/apply/apply.ts',
    "import { createHash } from 'node:crypto'; import { x } from '../../core/plan/plan.ts'; Date.now();",
  ],
  [
    'kube/cluster.ts',
    "import { Agent } from 'undici'; import { KubeConfig } from '@kubernetes/client-node'; import 'node:tls';",
  ],
  [
    'cli/render.ts',
    "import { Command } from 'commander'; import { x } from '../core/compile.ts'; import 'node:fs';",
  ],
  [
    'app/main.ts',
    "import { x } from '../kube/cluster.ts'; import winston from 'winston'; import y from '@dot-i/k8s-operator';",
  ],
])('in %s the line `%s` is allowed', (path, text) => {
  expect(violations(path, text)).toEqual([]);
});
