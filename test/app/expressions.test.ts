import { expect, test } from '@jest/globals';
import { expressions } from '../../src/app/expressions.ts';

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
  expect(expressions.holds(expression, { dep, self })).toBe(value);
});

test.each([
  ['dep.status.readyReplicas', 'its value is no boolean but of type number'],
  ['dep.metadata.name', 'its value is no boolean but of type string'],
  ['dep.status.conditions', 'its value is no boolean but of type list'],
  ['dep.metadata', 'its value is no boolean but of type object'],
  ['dep.status.phase == "Ready"', 'No such key: phase'],
  ['dep.status.readyReplicas >', 'Unexpected token: EOF'],
  ['deployment.status == 1', 'Unknown variable: deployment'],
  ['dep.metadata.name + 1 == 2', 'no such overload: dyn<string> + int'],
])('a wrong expression gives an error of one line: %s', (expression, message) => {
  expect(() => expressions.holds(expression, { dep, self })).toThrow(new Error(message));
});

test.each([
  'dep.constructor == null',
  'dep.__proto__ == null',
  'dep.metadata.toString() == ""',
  'process == 1',
])('an expression reaches nothing but what it is given: %s', (expression) => {
  expect(() => expressions.holds(expression, { dep, self })).toThrow();
});

test.each([
  ['nested macros', `${'[1,2,3,4,5,6,7,8,9,0].all(x, '.repeat(9)}true${')'.repeat(9)}`],
  ['a regular expression', '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!".matches("^(a+)+$")'],
])('an expression that would take for ever is ended: %s', (_, expression) => {
  expect(() => expressions.holds(expression, { dep, self })).toThrow('it takes more than 200 ms');
});
