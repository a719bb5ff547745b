import { expect, test } from '@jest/globals';
import { evaluateJson } from './evaluate-json.ts';

const dep = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'vault', generation: 3, labels: { 'example.com/tier': 'core' } },
  spec: { replicas: 2 },
  status: {
    observedGeneration: 3,
    readyReplicas: 2,
    ratio: 0.5,
    big: 9007199254740993n,
    conditions: [
      { type: 'Available', status: 'True' },
      { type: 'Progressing', status: 'False' },
    ],
  },
};
const self = { metadata: { name: 'apps', labels: { tier: 'core' } } };

test.each([
  ['a comparison of a number', 'dep.status.readyReplicas > 0', true],
  ['numbers of two fields', 'dep.status.readyReplicas == dep.spec.replicas', true],
  ['arithmetic of whole numbers', 'dep.status.readyReplicas + 1 > dep.spec.replicas', true],
  ['an index', 'dep.status.conditions[dep.status.readyReplicas - 2].type == "Available"', true],
  ['a whole number beside a fraction', 'dep.status.ratio < 1', true],
  ['the generation that was observed', 'dep.metadata.generation == dep.status.observedGeneration', true],
  ['a condition', 'dep.status.conditions.exists(c, c.type == "Available" && c.status == "True")', true],
  ['a condition that is false', 'dep.status.conditions.all(c, c.status == "True")', false],
  ['a field that may be missing', 'has(dep.status.phase) && dep.status.phase == "Ready"', false],
  ['an optional field', 'dep.?status.?phase.orValue("Ready") == "Ready"', true],
  ['a label', 'dep.metadata.labels["example.com/tier"] == "core"', true],
  ['the object itself', 'self.metadata.labels.tier == dep.metadata.labels["example.com/tier"]', true],
])('an expression reads %s', (_, expression, value) => {
  expect(evaluateJson(expression, { dep, self })).toEqual({ kind: 'value', holds: value });
});

test.each([
  ['dep.status.readyReplicas', 'its value is no boolean but of type number'],
  ['dep.metadata.name', 'its value is no boolean but of type string'],
  ['dep.status.conditions', 'its value is no boolean but of type list'],
  ['dep.metadata', 'its value is no boolean but of type object'],
  ['dep.status.phase == "Ready"', 'no such key (1:12, at "phase")'],
  ['dep.status.readyReplicas >', 'unexpected token (1:27)'],
  ['true &&\n deployment.status == 1', 'unknown variable (2:2, at "deployment")'],
  ['dep.metadata.name + 1 == 2', 'no such overload (1:1, at "dep")'],
  ['1 / 0 == 1', 'division by zero (1:1)'],
  ['"a".matches("(")', 'invalid regular expression (1:1)'],
])('a wrong expression gives its kind of error and the position: %s', (expression, why) => {
  expect(evaluateJson(expression, { dep, self })).toEqual({ kind: 'failed', why });
});

test.each([
  'dep.constructor == null',
  'dep.__proto__ == null',
  'dep.metadata.toString() == ""',
  'process == 1',
])('an expression reaches nothing but what it is given: %s', (expression) => {
  expect(evaluateJson(expression, { dep, self })).toMatchObject({ kind: 'failed' });
});

test.each([
  ['a string', '["aaaaaaaaaaaaaaaa"]' + '.map(x,x+x)'.repeat(23) + '.exists(x, x.split("").size()==1)'],
  [
    'a string in a condition that goes on',
    '["aa"]' + '.map(x,x+x)'.repeat(24) + '.exists(x, x == "") || true',
  ],
  ['a list', '[[1,2,3,4]]' + '.map(x,x+x)'.repeat(24) + '.exists(x, x.size()==1)'],
  ['bytes', '[b"aaaaaaaa"]' + '.map(x,x+x)'.repeat(24) + '.exists(x, x.size()==1)'],
])('what an expression makes is bounded: %s', (_, expression) => {
  expect(evaluateJson(expression, {})).toEqual({
    kind: 'expensive',
    why: 'it makes strings and lists of more than 2,000,000 characters and entries',
  });
});
