import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { DNS_SUBDOMAIN } from '../../../src/api/schema/shapes/shapes.ts';
import { digestSpec, findSurplus, nextNumber, revisionName } from '../../../src/core/rollout/revision.ts';

const SPEC = {
  sources: [{ name: 'repo', git: { url: 'https://example.com/repo' } }],
  layers: [{ name: 'apps', kustomization: { prune: true, wait: false } }],
  environments: [{ name: 'staging' }, { name: 'production', after: 'staging', suspend: true }],
};

test('the digest is the SHA-256 of the spec as JSON with sorted keys', () => {
  const text = JSON.stringify({ b: [1, 'ü\ud800'], a: { y: 1, x: null } });
  const canonical = '{"a":{"x":null,"y":1},"b":[1,"ü\\ud800"]}';
  const expected = createHash('sha256').update(canonical).digest('hex');
  expect(digestSpec(JSON.parse(text) as object)).toBe(`sha256:${expected}`);
});

test('the order of fields changes nothing, and the order of items does', () => {
  const { sources, layers, environments } = SPEC;
  expect(digestSpec({ environments, layers, sources })).toBe(digestSpec(SPEC));
  expect(digestSpec({ ...SPEC, environments: [...environments].reverse() })).not.toBe(digestSpec(SPEC));
});

test.each([
  ['suspend', true],
  ['suspendReason', 'release'],
  ['suspendUntil', '2027-01-01T00:00:00Z'],
  ['suspendScope', 'Generated'],
  ['deletionPolicy', 'Orphan'],
  ['deletionProtection', true],
  ['adoption', 'Adopt'],
  ['policy', { antiPatterns: 'Enforce' }],
  ['rollout', { approval: 'Manual' }],
])('%s makes no other revision', (field, value) => {
  expect(digestSpec({ ...SPEC, [field]: value })).toBe(digestSpec(SPEC));
});

test('the rollout of an environment makes no other revision, and all else of it does', () => {
  const [staging, production] = SPEC.environments;
  const changed = (fields: object): string =>
    digestSpec({ ...SPEC, environments: [staging, { ...production, ...fields }] });
  expect(changed({ rollout: { approval: 'Manual' } })).toBe(digestSpec(SPEC));
  expect(changed({ suspend: false })).not.toBe(digestSpec(SPEC));
  expect(changed({ namespace: 'shop' })).not.toBe(digestSpec(SPEC));
});

test('fields of these names elsewhere are content', () => {
  const namespaces = [{ name: 'shop', deletionPolicy: 'Delete' }];
  expect(digestSpec({ ...SPEC, namespaces })).not.toBe(
    digestSpec({ ...SPEC, namespaces: [{ name: 'shop' }] }),
  );
});

test('a spec that is no object of the schema has a digest too', () => {
  for (const environments of [null, 'x', 7, [null, 'x', []]])
    expect(digestSpec({ environments })).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test('a key such as __proto__ is content', () => {
  const digests = ['{}', '{"__proto__":{}}', '{"__proto__":{"a":1}}'].map((text) =>
    digestSpec(JSON.parse(text) as object),
  );
  expect(new Set(digests).size).toBe(3);
});

const DIGEST = '0123456789abcdef'.repeat(4);

test('a revision is named by its blueprint and its digest', () => {
  expect(revisionName('shop', DIGEST)).toBe('shop-0123456789');
  expect(revisionName('a'.repeat(242), DIGEST)).toBe(`${'a'.repeat(242)}-0123456789`);
});

test('a name that would be too long is cut, differs for each blueprint, and is the name of an object', () => {
  const names = Array.from({ length: 20 }, (_, i) =>
    ['.', '-', '--'].map((sign) => `${'a'.repeat(220 + i)}${sign}`.padEnd(250, 'b')),
  ).flat();
  const made = names.map((name) => revisionName(name, DIGEST));
  for (const name of made) {
    expect(name.length).toBeLessThanOrEqual(253);
    expect(name).toMatch(new RegExp(DNS_SUBDOMAIN));
    expect(name).not.toMatch(/[.]-|--[0-9a-f]{10}-/);
    expect(name).toMatch(/-0123456789$/);
  }
  expect(new Set(made).size).toBe(made.length);
});

const revisions = [4, 2, 5, 1, 3].map((revision) => ({
  revision,
  digest: `d${revision}`,
  name: `shop-${revision}`,
}));

test.each([
  [[], 5, []],
  [[], 2, [1, 2, 3]],
  [['d1', 'd5'], 1, [2, 3]],
  [['d1', 'd5'], 0, [2, 3, 4]],
  [['d1', 'd2', 'd3', 'd4', 'd5'], 0, []],
  [['unknown'], 3, [1, 2]],
])('of five revisions, with %j kept and the last %d of the others, %j go', (keep, limit, gone) => {
  const surplus = findSurplus(revisions, new Set(keep), limit);
  expect(surplus.map(({ revision }) => revision)).toEqual(gone);
  expect(surplus.every(({ name }) => name.startsWith('shop-'))).toBe(true);
});

test('the next number is one more than any that is stored or that a status mentions', () => {
  expect(nextNumber([])).toBe(1);
  expect(nextNumber(revisions)).toBe(6);
  expect(nextNumber(revisions, [3, 9])).toBe(10);
});
