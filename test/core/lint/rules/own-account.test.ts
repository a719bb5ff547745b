import { describe, expect, test } from '@jest/globals';
import { type Enforcement, type PolicyResult, lint } from '../../../../src/core/lint/lint.ts';
import { FLEET, findingsOf, reportedBy, inputOf } from '../linting.ts';

const RULE = 'own-account';
const NAMED = { sources: [FLEET], serviceAccountName: 'deployer' };
const chart = { spec: { chart: './db' } };
const secretRef = { name: 'production-kubeconfig' };
const OTHER = { serviceAccountName: 'cluster-admin' };

/** What is reported for layers of a blueprint with the account `deployer`. */
function reported(layers: object[], more: object = {}): string[] {
  return reportedBy(RULE, { ...NAMED, layers, ...more });
}

/** The kinds that inherit the account, each by a block of its own. */
const BLOCKS: [string, (fields: object) => object][] = [
  ['kustomization', (fields) => ({ kustomization: fields })],
  ['helmRelease', (fields) => ({ helmRelease: { chart, ...fields } })],
];

describe.each(BLOCKS)('%s', (block, write) => {
  test('the inherited account is right, and so is the same one named again', () => {
    const same = write({ serviceAccountName: 'deployer' });
    expect(
      reported([
        { name: 'a', ...write({}) },
        { name: 'b', ...same },
      ]),
    ).toEqual([]);
  });

  test('to do without it by `unset` is an error', () => {
    const layer = { name: 'a', ...write({}), unset: ['serviceAccountName'] };
    expect(reported([layer])).toEqual(['error spec.layers[0] a']);
    expect(reported([{ name: 'l', components: [layer] }])).toEqual([
      'error spec.layers[0].components[0] l/a',
    ]);
  });

  test('an account of the item is an error, wherever it is written', () => {
    const at = `${block}.serviceAccountName`;
    const plain = { name: 'a', ...write({}) };
    const defaults = { [block]: OTHER };
    expect(reported([{ name: 'a', ...write(OTHER) }])).toEqual([`error spec.layers[0].${at} a`]);
    expect(reported([plain], { defaults })).toEqual([`error spec.defaults.${at} defaults`]);
    expect(reported([{ name: 'l', defaults, components: [plain] }])).toEqual([
      `error spec.layers[0].defaults.${at} l`,
    ]);
    // `unset` takes the inherited one away, and the block names another.
    expect(reported([{ name: 'a', ...write(OTHER), unset: ['serviceAccountName'] }])).toEqual([
      `error spec.layers[0].${at} a`,
    ]);
  });

  test('an environment on the same cluster is no way around it', () => {
    const layers = [{ name: 'a', ...write({}) }];
    const within = (environment: object): string[] =>
      reported(layers, { environments: [{ name: 'staging', ...environment }] });
    const at = 'spec.environments[0]';
    expect(within({})).toEqual([]);
    expect(within(OTHER)).toEqual([`error ${at}.serviceAccountName environments/staging`]);
    expect(within({ defaults: { [block]: OTHER } })).toEqual([
      `error ${at}.defaults.${block}.serviceAccountName environments/staging`,
    ]);
    expect(within({ layers: [{ name: 'a', [block]: OTHER }] })).toEqual([
      `error ${at}.layers[0].${block}.serviceAccountName a`,
    ]);
    expect(within({ layers: [{ name: 'a', unset: ['serviceAccountName'] }] })).toEqual([
      'error spec.layers[0] a',
    ]);
    expect(within({ layers: [{ name: 'b', source: 'fleet', ...write(OTHER) }] })).toEqual([
      `error ${at}.layers[0].${block}.serviceAccountName b`,
    ]);
  });

  test('another cluster has accounts of its own', () => {
    const layers = [{ name: 'a', ...write({}) }];
    const environment = { name: 'production', kubeConfig: { secretRef } };
    expect(reported(layers, { environments: [{ ...environment, ...OTHER }] })).toEqual([]);
    expect(reported([{ name: 'a', ...write({ kubeConfig: { secretRef }, ...OTHER }) }])).toEqual([]);
    const without = { ...write({ kubeConfig: { secretRef } }), unset: ['serviceAccountName'] };
    expect(reported([{ name: 'a', ...without }])).toEqual([]);
  });

  test('a ConfigMap as `kubeConfig` may lead back to this cluster by an account that it names', () => {
    const kubeConfig = { configMapRef: { name: 'workload-identity' } };
    expect(reported([{ name: 'a', ...write({ kubeConfig }) }])).toEqual([]);
    const layer = { name: 'a', ...write({ kubeConfig }), unset: ['serviceAccountName'] };
    expect(reported([layer])).toEqual(['error spec.layers[0] a']);
    expect(reported([{ name: 'a', ...write({ kubeConfig, ...OTHER }) }])).toHaveLength(1);
    const [finding] = findingsOf({ ...NAMED, layers: [layer] }).filter(({ rule }) => rule === RULE);
    expect(finding?.message).toContain('only a `kubeConfig` with a `secretRef`');
  });

  test("under the operator's default account only one that the item names is another", () => {
    const spec = { sources: [FLEET], layers: [{ name: 'a', ...write({}), unset: ['serviceAccountName'] }] };
    const defaultAccount = 'deployer';
    expect(reportedBy(RULE, spec, { defaultAccount })).toEqual([]);
    const named = (serviceAccountName: string): object => ({
      ...spec,
      layers: [{ name: 'a', ...write({ serviceAccountName }) }],
    });
    expect(reportedBy(RULE, named('deployer'), { defaultAccount })).toEqual([]);
    expect(reportedBy(RULE, named('other'), { defaultAccount })).toEqual([
      `error spec.layers[0].${block}.serviceAccountName a`,
    ]);
    // The blueprint's own account stands in for the default one.
    expect(reportedBy(RULE, { ...named('own'), serviceAccountName: 'own' }, { defaultAccount })).toEqual([]);
  });

  test('a blueprint without an account has none to lose', () => {
    const spec = { sources: [FLEET], layers: [{ name: 'a', ...write(OTHER) }] };
    expect(reportedBy(RULE, spec)).toEqual([]);
  });
});

test('a ResourceSet inherits nothing, and must name the account', () => {
  const layer = (spec: object): object => ({
    name: 'a',
    object: { apiVersion: 'fluxcd.controlplane.io/v1', kind: 'ResourceSet', spec },
  });
  expect(reported([layer({ resources: [] })])).toEqual(['error spec.layers[0] a']);
  const at = 'error spec.layers[0].object.spec.serviceAccountName a';
  expect(reported([layer(OTHER)])).toEqual([at]);
  expect(reported([layer({ serviceAccountName: '' })])).toEqual([at]);
  expect(reported([layer({ serviceAccountName: 7 })])).toEqual([at]);
  // It applies to the operator's cluster, whatever it says.
  expect(reported([layer({ kubeConfig: { secretRef }, ...OTHER })])).toEqual([at]);
  expect(reported([layer({ serviceAccountName: 'deployer' })])).toEqual([]);
});

test('accounts of what applies nothing are none of its business', () => {
  const image = { image: 'example.com/x', interval: '5m', serviceAccountName: 'pull' };
  const layers = [
    {
      name: 'a',
      source: 'fleet',
      kustomization: { decryption: { provider: 'sops', serviceAccountName: 'kms' } },
    },
    { name: 'b', object: { apiVersion: 'image.toolkit.fluxcd.io/v1', kind: 'ImageRepository', spec: image } },
  ];
  const oci = { url: 'oci://example.com/x', provider: 'aws', serviceAccountName: 'ecr' };
  expect(reported(layers, { sources: [FLEET, { name: 'oci', oci }] })).toEqual([]);
});

test('Enforce refuses it, Disabled and an exception let it pass', () => {
  const layers = [{ name: 'a', kustomization: OTHER }];
  const apply = (policy: object, floor?: Enforcement): PolicyResult =>
    lint(inputOf({ ...NAMED, layers, policy }), floor);
  const ofRule = ({ findings }: PolicyResult): number => findings.filter(({ rule }) => rule === RULE).length;
  expect(ofRule(apply({}))).toBe(1);
  expect(apply({ antiPatterns: 'Enforce' }).refused.map(({ rule }) => rule)).toEqual([RULE]);
  expect(apply({ antiPatterns: 'Disabled' }).findings).toEqual([]);
  const exceptions = [{ rule: RULE, target: 'a', reason: 'it is meant' }];
  expect(ofRule(apply({ exceptions }))).toBe(0);
  expect(apply({ exceptions }, 'Enforce').refused.map(({ rule }) => rule)).toEqual([RULE]);
});
