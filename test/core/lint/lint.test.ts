import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Blueprint } from '../../../src/api/schema/blueprint.ts';
import { ANTI_PATTERNS } from '../../../src/api/schema/policy.ts';
import { compile } from '../../../src/core/compile/compile.ts';
import { offlineContext } from '../../../src/core/compile/model/context.ts';
import { RULES, lint } from '../../../src/core/lint/lint.ts';
import { targetOf } from '../../../src/core/lint/exception-target.ts';
import { readBlueprints } from '../../../src/core/yaml/read-blueprints.ts';
import { growthOf } from '../cpu-time.ts';
import { FLEET, findingsOf, inputOf, observing, whole } from './linting.ts';

test('there is one rule for each anti-pattern', () => {
  expect(RULES.map(({ id }) => id)).toEqual([...ANTI_PATTERNS]);
});

const SAMPLES = new URL('../../../config/samples/', import.meta.url);

/** What is found in the samples that users get, and why it stays. */
const KNOWN: Readonly<Partial<Record<string, string[]>>> = {
  // The source of the GitOps patterns, word for word: it follows the tag latest.
  'platform.yaml': ['mutable-ref spec.sources[1].oci.ref.tag'],
};

test.each(readdirSync(SAMPLES).filter((file) => file !== 'kustomization.yaml'))(
  'nothing is found in the sample %s that is not meant',
  (file) => {
    const read = readBlueprints(readFileSync(new URL(file, SAMPLES), 'utf8'));
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    for (const blueprint of read.blueprints as Blueprint[]) {
      const compiled = compile(blueprint, offlineContext());
      if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
      const { findings } = lint({ blueprint, desired: compiled.desired });
      expect(findings.map(({ rule, path }) => `${rule} ${path}`)).toEqual(KNOWN[file] ?? []);
    }
  },
);

test('findings are sorted by path and then by rule, each once, whatever the order of the objects', () => {
  const git = { url: whole(`https://u:p¦w@example.com/x`), interval: '1m' };
  const sources = Array.from({ length: 12 }, (_, i) => ({ name: `s${i}`, git }));
  const input = inputOf({ sources });
  const { findings: found } = lint(input);
  expect(found.map(({ path }) => path).slice(0, 6)).toEqual([
    'spec.sources[0].git.interval',
    'spec.sources[0].git.ref',
    'spec.sources[0].git.url',
    'spec.sources[1].git.interval',
    'spec.sources[1].git.ref',
    'spec.sources[1].git.url',
  ]);
  expect(found.at(-1)?.path).toBe('spec.sources[11].git.url');
  const objects = [...input.desired.objects].reverse();
  expect(lint({ ...input, desired: { ...input.desired, objects } }).findings).toEqual(found);
});

test('every message names its target, and fits in the status', () => {
  const deep = Array.from({ length: 60 }).reduce<object>((inner) => ({ 'a-long-name': inner }), {
    password: 'x1',
  });
  const chart = { spec: { chart: './db' } };
  const found = findingsOf({
    sources: [FLEET],
    layers: [{ name: 'db', helmRelease: { chart, values: deep } }],
  });
  expect(found).toHaveLength(1);
  for (const { path, target, message } of found) {
    expect(path.length).toBeLessThanOrEqual(512);
    expect(message.length).toBeLessThanOrEqual(1024);
    expect(message.startsWith(`${target}: `)).toBe(true);
  }
});

test.each([
  ['spec.sources[0].git.interval', 'sources/fleet'],
  ['spec.layers[0]', 'apps'],
  ['spec.layers[0].components[1].helmRelease.values.sources[0]', 'apps/shop'],
  ['spec.layers[0].defaults.kustomization.interval', 'apps'],
  ['spec.notifications.alerts[0].eventSources[3].name', 'alerts/on-call'],
  ['spec.secrets.externalSecrets[0].target', 'externalSecrets/db'],
  ['spec.secrets.sops.secretRef.name', 'secrets/sops'],
  ['spec.variables.substitute["a b"]', 'variables'],
  ['spec.namespaces[0].labels', 'namespaces/shop'],
  ['spec.environments[0].variables.substitute.A', 'environments/staging'],
  ['spec.environments[0].layers[0].components[0].kustomization', 'apps/web'],
  ['spec.environments[0].sources[0].git.ref', 'sources/fleet'],
  ['spec', 'blueprint'],
])('what stands at %s is about %s', (path, target) => {
  const spec = {
    sources: [{ name: 'fleet' }],
    layers: [{ name: 'apps', components: [{ name: 'x' }, { name: 'shop' }] }],
    notifications: { alerts: [{ name: 'on-call', providerRef: { name: 'chat' } }] },
    secrets: { externalSecrets: [{ name: 'db', dataFrom: [{ extract: { key: 'app' } }] }] },
    namespaces: [{ name: 'shop' }],
    environments: [
      {
        name: 'staging',
        sources: [{ name: 'fleet' }],
        layers: [{ name: 'apps', components: [{ name: 'web' }] }],
      },
    ],
  };
  expect(targetOf(spec as never, path)).toBe(target);
});

/** Every rule's way through the text of a blueprint, with the same secret in each place. */
function plant(secret: string): object {
  const chart = { spec: { chart: 'web', version: '*' } };
  const patch = `apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData:\n  password: ${JSON.stringify(secret)}\n`;
  return {
    suspend: true,
    suspendReason: secret,
    commonMetadata: { annotations: { note: secret } },
    variables: { substitute: { DB_PASSWORD: secret, NOTE: secret } },
    sources: [
      { name: 'fleet', git: { url: `https://u:${secret}@example.com/x`, interval: '1m' } },
      { name: 'oci', oci: { url: 'oci://example.com/app', ref: { tag: 'latest' } } },
      { name: 'charts', helm: { url: `https://example.com/?token=${secret}`, interval: '1m' } },
    ],
    layers: [
      {
        name: 'apps',
        components: [
          {
            name: 'a',
            source: 'fleet',
            path: `./${secret}`,
            kustomization: { patches: [{ patch }], timeout: '2h' },
          },
          {
            name: 'b',
            source: 'charts',
            helmRelease: {
              chart,
              values: {
                password: secret,
                list: [secret, { name: 'TOKEN', value: secret }],
                [`https://u:${secret}@example.com`]: 'x',
                manifests: [{ kind: 'Secret', data: { [secret]: secret } }, patch],
              },
            },
          },
        ],
      },
    ],
    notifications: {
      providers: [
        { name: 'chat', type: 'discord', address: `https://example.com/?sig=${secret}`, username: secret },
      ],
      alerts: [
        {
          name: 'all',
          providerRef: { name: 'chat' },
          eventSources: [{ kind: 'Kustomization', name: '*' }],
          eventMetadata: { token: secret },
        },
      ],
    },
    policy: { exceptions: [{ rule: 'direct-apply', target: 'x', reason: secret }] },
  };
}

test.each([
  'correct-horse-Battery-7',
  whole(`ghp¦_${'s3cr3t'.repeat(6)}`),
  whole(`AGE-SECRET-K¦EY-1${'Q'.repeat(58)}`),
  whole(`xox¦b-123456789012-abcdefghijkl`),
])('a secret is in no finding, wherever it was planted', (secret) => {
  const observed = observing({
    exists: () => false,
    otherManagers: () => ['kubectl'],
    keysOf: () => [],
    suspendedSince: () => '2020-01-01T00:00:00Z',
  });
  const found = findingsOf(plant(secret), { observed, now: '2026-01-01T00:00:00Z' });
  expect(found.filter(({ rule }) => rule === 'plaintext-secret').length).toBeGreaterThanOrEqual(9);
  expect(new Set(found.map(({ rule }) => rule)).size).toBeGreaterThanOrEqual(6);
  expect(JSON.stringify(found)).not.toContain(secret);
});

/**
 * A blueprint of `count` Kustomizations, a multiple of 450, in a chain of layers, each with what several rules look at.
 */
function large(count: number): object {
  const components = Array.from({ length: 450 }, (_, i) => ({
    name: `c${i}`,
    kustomization: { interval: '1m', timeout: '5m', postBuild: { substitute: { [`TOKEN_${i}`]: `t${i}x` } } },
  }));
  return {
    sources: [FLEET],
    serviceAccountName: 'deployer',
    variables: { substitute: { DB_PASSWORD: 'hunter2' }, substituteFrom: [{ kind: 'Secret', name: 's' }] },
    layers: Array.from({ length: count / 450 }, (_, i) => ({
      name: `l${i}`,
      components,
      ...(i === 0 ? {} : { dependsOn: [`l${i - 1}/c0`] }),
    })).map((layer) => ({
      ...layer,
      components: layer.components.map((component) => ({
        ...component,
        objectName: `${layer.name}-${component.name}`,
      })),
    })),
  };
}

test('the time grows with the number of objects, not with its square', () => {
  const parts = { observed: observing({ exists: () => false }), now: '2026-01-01T00:00:00Z' };
  const growth = growthOf(
    4,
    (count) => {
      const input = inputOf(large(count), parts);
      return () => lint(input);
    },
    450,
  );
  // Sixteen times, were it quadratic.
  expect(growth).toBeLessThan(11);
});

test.each([
  ['variables with defaults', '${a:-'],
  ['beginnings of tokens', 'eyJ'],
  ['beginnings of tokens with a dot', 'eyJaaaaaaaaa.'],
  ['beginnings of user names', '://a:'],
  ['beginnings of queries', '://?token=${'],
  ['dots', 'a.'],
  ['lines', '\n'],
  ['lines of a manifest', 'kind: \n'],
  ['brackets', '['],
  ['dashes', '-----BEGIN A '],
])('of a long text of nothing but %s, four times as much takes no sixteen times as long', (_, piece) => {
  const growth = growthOf(
    4,
    (length) => {
      const text = piece.repeat(Math.ceil(length / piece.length));
      const chart = { spec: { chart: './db' } };
      const values = { password: text, note: text, manifest: `kind: Secret\n${text}` };
      const patches = [{ patch: `kind: Secret\n${text.slice(0, 100_000)}` }];
      const input = inputOf({
        sources: [FLEET],
        layers: [
          { name: 'db', helmRelease: { chart, values } },
          { name: 'web', kustomization: { patches } },
        ],
      });
      return () => lint(input);
    },
    50_000,
  );
  expect(growth).toBeLessThan(11);
});
