import { expect, test } from '@jest/globals';
import { describeConflicts, describeInvalid, describeRefusals } from '../../../src/core/status/refusals.ts';
import { Problems } from '../../../src/core/validation/problem.ts';
import { desiredObject } from '../live.ts';

test('every problem is a line of its own', () => {
  const problems = [
    { rule: 'a', path: 'spec.layers[0].name', message: 'is missing' },
    { rule: 'b', path: 'spec.sources[1]', message: 'is twice' },
  ];
  expect(describeInvalid(problems)).toEqual({
    type: 'stalled',
    reason: 'InvalidBlueprint',
    message: 'spec.layers[0].name: is missing\nspec.sources[1]: is twice',
  });
});

test('a conflict names the owner and the way out: adoption, an account for it, but not from another blueprint', () => {
  const object = desiredObject('apps');
  const conflicts = [
    { object, owner: 'field manager kubectl', blueprint: false, needsAccount: false },
    { object, owner: 'field manager kubectl', blueprint: false, needsAccount: true },
    { object, owner: 'FluxBlueprint a/other', blueprint: true, needsAccount: false },
  ];
  expect(describeConflicts(conflicts)).toEqual({
    type: 'stalled',
    reason: 'ObjectConflict',
    message: [
      'spec.layers.apps: Kustomization/flux-system/apps exists and belongs to field manager kubectl: rename it, or set `adoption: Adopt`',
      'spec.layers.apps: Kustomization/flux-system/apps exists and belongs to field manager kubectl: rename it, or name a `serviceAccountName`, by whose rights it is adopted',
      'spec.layers.apps: Kustomization/flux-system/apps exists and belongs to FluxBlueprint a/other: rename one of the two',
    ].join('\n'),
  });
});

test('a refusal names the places that wrote the refused fields, each once, or else the item', () => {
  const object = desiredObject('apps', {
    originOf: (steps) => `spec.layers[0].kustomization.${steps.join('.')}`,
  });
  const causes = ['spec.interval', 'spec.interval', 'metadata.name'].map((field) => ({ field }));
  const refusals = [
    { object, error: { message: 'no', causes } },
    { object, error: { message: 'forbidden', causes: [] } },
  ];
  expect(describeRefusals(refusals)).toEqual({
    type: 'failing',
    reason: 'ApplyFailed',
    retrying: true,
    message: [
      'spec.layers[0].kustomization.interval: Kustomization/flux-system/apps was not accepted: no',
      'spec.layers.apps: Kustomization/flux-system/apps was not accepted: forbidden',
    ].join('\n'),
  });
});

test('more problems than are listed are counted in the first line, where no cut takes it away', () => {
  const problems = new Problems();
  for (let i = 0; i < 250; i++) problems.add('rule', `spec.layers[${i}]`, 'is wrong');
  const { message } = describeInvalid(problems.list());
  const [first, ...listed] = message.split('\n');
  expect(first).toBe('100 problems and 150 more problems:');
  expect(listed).toHaveLength(100);
});

test('of thousands of objects a hundred are named, and the API server is quoted in part', () => {
  const object = desiredObject('apps');
  const refusal = { object, error: { message: 'x'.repeat(32_768), causes: [] } };
  const { message } = describeRefusals(Array.from({ length: 2000 }, () => refusal));
  expect(message.split('\n')).toHaveLength(101);
  expect(message).toMatch(/^2000 objects, of which 1900 are not named here:\n/);
  expect(message.length).toBeLessThan(101 * 4200);
});
