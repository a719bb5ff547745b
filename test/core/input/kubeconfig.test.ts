import { expect, test } from '@jest/globals';
import { readContextNamespace } from '../../../src/core/input/kubeconfig.ts';

const read = (texts: readonly string[], context?: string): unknown =>
  readContextNamespace(
    texts.map((text, i) => ({ name: `config${i}`, bytes: new TextEncoder().encode(text) })),
    context,
  );

const config = `
apiVersion: v1
kind: Config
current-context: staging
contexts:
  - {name: staging, context: {cluster: a, user: b, namespace: apps}}
  - {name: production, context: {cluster: a, user: b}}
`;

test('the namespace is that of the current context', () => {
  expect(read([config])).toEqual({ ok: true, namespace: 'apps' });
});

test('it is that of another context, if that is asked for', () => {
  expect(read([config.replace('user: b}', 'user: b, namespace: prod}')], 'production')).toEqual({
    ok: true,
    namespace: 'prod',
  });
});

test.each([
  ['a context without a namespace', [config], 'production'],
  ['no file', [], undefined],
  ['an empty file', [''], undefined],
  ['no current context', ['kind: Config\ncontexts: []\n'], undefined],
  ['an empty current context', ["current-context: ''\n"], undefined],
  [
    'a namespace that is no text',
    ['current-context: a\ncontexts: [{name: a, context: {namespace: 1}}]'],
    undefined,
  ],
])('there is none for %s', (_, texts, context) => {
  expect(read(texts, context)).toEqual({ ok: true, namespace: undefined });
});

test('of several files the first that says something counts', () => {
  const first = 'contexts: [{name: staging, context: {namespace: first}}]';
  expect(read([first, config])).toEqual({ ok: true, namespace: 'first' });
  expect(read(['current-context: production', config])).toEqual({ ok: true, namespace: undefined });
});

test.each([
  [
    'an unknown context',
    [config],
    'stagin',
    'the kubeconfig has no context "stagin"; did you mean "staging"?',
  ],
  [
    'a current context that is not there',
    ['current-context: x'],
    undefined,
    'the kubeconfig has no context "x"; there are none',
  ],
  ['a list', ['- a'], undefined, 'config0 is no kubeconfig: it holds no map in YAML'],
  ['broken YAML', ['', 'a: ['], undefined, 'config1 is no kubeconfig: it holds no map in YAML'],
  ['too many marks', [`a: [${'x,'.repeat(600_000)}]`], undefined, 'config0 is too large to be a kubeconfig'],
])('%s is an error', (_, texts, context, message) => {
  expect(read(texts, context)).toEqual({ ok: false, message });
});

test('a file that is no text is an error', () => {
  const bytes = Uint8Array.from([0x61, 0xff]);
  expect(readContextNamespace([{ name: 'x', bytes }])).toEqual({
    ok: false,
    message: 'x the byte 0xFF is no UTF-8; save the file as UTF-8',
  });
});
