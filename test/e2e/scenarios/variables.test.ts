import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import type { Tenant } from '../../harness/blueprint/tenant.ts';
import { untilCause } from '../scenario/causes.ts';
import { findDeployed, untilDeployed } from '../scenario/deployed.ts';
import type { GitRepository } from '../../harness/flux/servers/git-repository.ts';
import { configMap, configMapYaml, secret } from '../../harness/flux/manifests.ts';
import { Scenario } from '../scenario/scenario.ts';

let scenario: Scenario;
let tenant: Tenant;
let fleet: GitRepository;

beforeAll(async () => {
  scenario = await Scenario.open();
  tenant = scenario.tenant;
  const git = await scenario.startGit();
  fleet = await git.createRepository('fleet');
  await fleet.commit({
    'base/base.yaml': configMapYaml(tenant.namespace, 'base', {
      cluster: '${CLUSTER}',
      region: '${REGION}',
      size: '${SIZE:=small}',
    }),
    'base/secret.yaml': stringify(secret(tenant.namespace, 'base', { token: '${TOKEN}' })),
    'apps/apps.yaml': configMapYaml(tenant.namespace, 'apps', {
      cluster: '${CLUSTER}',
      app: '${APP}',
      price: '$${PRICE}',
    }),
  });
  await scenario.client.apply(regionIn('eu-north-1'));
  await scenario.client.apply(secret(tenant.namespace, 'cluster-secrets', { TOKEN: 'only-for-tests' }));
});

afterAll(() => scenario.close());

/** A ConfigMap of variables at whose changes Flux looks at once. */
function regionIn(region: string): object {
  const object = configMap(tenant.namespace, 'cluster-vars', { REGION: region, CLUSTER: 'not this one' });
  const labels = { 'reconcile.fluxcd.io/watch': 'Enabled' };
  return { ...object, metadata: { name: 'cluster-vars', namespace: tenant.namespace, labels } };
}

/** A blueprint with variables from everywhere, and more of its own. */
function blueprint(substitute: Record<string, string> = {}): object {
  return {
    variables: {
      substitute: { CLUSTER: 'production', ...substitute },
      substituteFrom: [
        { kind: 'ConfigMap', name: 'cluster-vars' },
        { kind: 'Secret', name: 'cluster-secrets' },
        { kind: 'Secret', name: 'not-there', optional: true },
      ],
    },
    sources: [gitSource('fleet', { url: fleet.url })],
    layers: [layer('base'), layer('apps', ['base'], { postBuild: { substitute: { APP: 'shop' } } })],
  };
}

test('variables of the blueprint, of a component, of a ConfigMap and of a Secret arrive in what is deployed', async () => {
  await tenant.applyBlueprint(blueprint());
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  await untilDeployed(tenant, 'ConfigMap', 'base', {
    cluster: 'production',
    region: 'eu-north-1',
    size: 'small',
  });
  await untilDeployed(tenant, 'Secret', 'base', { token: 'only-for-tests' });
  await untilDeployed(tenant, 'ConfigMap', 'apps', { cluster: 'production', app: 'shop', price: '${PRICE}' });
});

test('a change of a variable arrives, be it of the blueprint or of a ConfigMap that Flux watches', async () => {
  await tenant.applyBlueprint(blueprint({ SIZE: 'large' }));
  await untilDeployed(tenant, 'ConfigMap', 'base', {
    cluster: 'production',
    region: 'eu-north-1',
    size: 'large',
  });
  await scenario.client.apply(regionIn('eu-west-1'));
  await untilDeployed(tenant, 'ConfigMap', 'base', {
    cluster: 'production',
    region: 'eu-west-1',
    size: 'large',
  });
});

test('a variable that nobody defines is the root cause, with what it blocks, until it is defined', async () => {
  const zone = configMapYaml(tenant.namespace, 'zone', { zone: '${ZONE}' });
  const change = configMapYaml(tenant.namespace, 'late', { cluster: '${CLUSTER}' });
  await fleet.commit({ 'base/zone.yaml': zone, 'apps/late.yaml': change });
  await tenant.reconcileNow();
  await untilCause(tenant, {
    object: 'Kustomization/base',
    says: /variable not set \(strict mode\): "ZONE"/u,
    blocks: ['Kustomization/apps'],
  });
  expect(await findDeployed(tenant, 'ConfigMap', 'late')).toBeUndefined();

  await tenant.applyBlueprint(blueprint({ ZONE: 'a' }));
  await tenant.untilCondition({ type: 'Ready', status: 'True' });
  await untilDeployed(tenant, 'ConfigMap', 'zone', { zone: 'a' });
  await untilDeployed(tenant, 'ConfigMap', 'late', { cluster: 'production' });
});
