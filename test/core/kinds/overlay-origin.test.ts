import { expect, test } from '@jest/globals';
import { type Overlay, originOf } from '../../../src/core/kinds/overlay.ts';

const overlays: Overlay[] = [
  { at: ['postBuild'], value: { substitute: { A: '1', 'with.dot': '2' } }, path: 'spec.variables' },
  { at: ['decryption'], value: { provider: 'sops' }, path: undefined },
  { at: [], value: { timeout: '5m', patches: [{ patch: 'a' }] }, path: 'spec.defaults.kustomization' },
  { at: [], value: { timeout: '1m', postBuild: {} }, path: 'spec.layers[0].kustomization' },
];

function origin(...steps: (string | number)[]): string {
  return originOf(overlays, steps, 'spec.layers[0].kustomization');
}

test('a field comes from the last overlay that holds it', () => {
  expect(origin('timeout')).toBe('spec.layers[0].kustomization.timeout');
  expect(origin('patches', 0, 'patch')).toBe('spec.defaults.kustomization.patches[0].patch');
});

test('a field below an overlay is named by where that overlay was written', () => {
  expect(origin('postBuild', 'substitute', 'A')).toBe('spec.variables.substitute.A');
  expect(origin('postBuild', 'substitute', 'with.dot')).toBe('spec.variables.substitute["with.dot"]');
});

test('a missing field belongs to the overlay that holds most of the way to it', () => {
  expect(origin('patches', 0, 'target')).toBe('spec.defaults.kustomization.patches[0].target');
});

test('a field that nobody wrote belongs to the item', () => {
  expect(origin('sourceRef', 'kind')).toBe('spec.layers[0].kustomization.sourceRef.kind');
});

test('a field that the compiler adds by itself is located at the item', () => {
  expect(origin('decryption', 'provider')).toBe('spec.layers[0].kustomization.decryption.provider');
});
