import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Status } from '../../../src/api/schema/status.ts';
import { DEPLOYER, ENOUGH, grant } from '../../harness/blueprint/accounts.ts';
import { gitSource, layer } from '../../harness/blueprint/blueprints.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';
import { type TestCluster, startTestCluster } from '../../harness/operator/cluster.ts';
import { waitFor } from '../../harness/wait-for.ts';

/** The names that are asked for: of each kind there is one of the first name, and none of the second. */
const NAMES = ['jewel', 'dross'] as const;

let cluster: TestCluster;
let victim: Tenant;
let asker: Tenant;

beforeAll(async () => {
  cluster = await startTestCluster();
  victim = await Tenant.open(cluster.client);
  asker = await Tenant.open(cluster.client);
  await grant(asker, {
    ...ENOUGH,
    ...Object.fromEntries(
      [
        'helmreleases.helm.toolkit.fluxcd.io',
        'ocirepositories.source.toolkit.fluxcd.io',
        'helmrepositories.source.toolkit.fluxcd.io',
        'alerts.notification.toolkit.fluxcd.io',
        'providers.notification.toolkit.fluxcd.io',
        'receivers.notification.toolkit.fluxcd.io',
      ].map((resource) => [resource, ['get', 'create', 'patch', 'delete']]),
    ),
  });
  for (const object of listPresent()) await cluster.client.apply(object, 'kubectl');
  await cluster.client.makeNamespace(namespaceOf('jewel'));
});

afterAll(() => cluster.stop());

/** The name of a namespace that is there, or not. */
function namespaceOf(name: string): string {
  return `${victim.namespace}-${name}`;
}

/** What the victim has: one object of each kind, which says nothing of being ready. */
function listPresent(): object[] {
  const metadata = { name: 'jewel', namespace: victim.namespace };
  const interval = '5m';
  const sourceRef = { kind: 'GitRepository', name: 'jewel' };
  const of = (kind: string, spec: object): object => {
    const { apiVersion } = victim.ref(kind, 'jewel');
    return { apiVersion, kind, metadata, spec };
  };
  return [
    of('GitRepository', { url: 'https://example.com/x', interval }),
    of('HelmRepository', { url: 'https://charts.example.com', interval }),
    of('OCIRepository', { url: 'oci://example.com/x', interval }),
    of('Kustomization', { interval, prune: true, sourceRef }),
    of('HelmRelease', { interval, chartRef: { kind: 'OCIRepository', name: 'jewel' } }),
    of('Provider', { type: 'slack', channel: 'c' }),
    of('Alert', { providerRef: { name: 'jewel' }, eventSources: [sourceRef] }),
    of('Receiver', { type: 'generic', secretRef: { name: 'jewel' }, resources: [sourceRef] }),
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'HelmChart',
      metadata,
      spec: { chart: 'web', interval, sourceRef: { kind: 'HelmRepository', name: 'jewel' } },
    },
    { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { token: 'x' } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { key: 'x' } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
  ];
}

/** What a blueprint asks about: `own` is for the names of its objects, `name` what it asks about. */
type Question = (own: string, name: string, namespace: string) => object;

const SECRET = { name: 'token' };

function waitsFor(apiVersion: string, kind: string, readyExpr?: string): Question {
  const expression = readyExpr === undefined ? {} : { readyExpr };
  return (own, name, namespace) => ({
    sources: [gitSource(own)],
    layers: [{ ...layer(own), dependsOnObjects: [{ apiVersion, kind, name, namespace, ...expression }] }],
  });
}

function oneLayer(fields: (name: string, namespace: string) => object): Question {
  return (own, name, namespace) => ({
    sources: [gitSource(own)],
    layers: [{ ...layer(own), ...fields(name, namespace) }],
  });
}

/** A Kustomization in the other namespace that refers to something there. */
function refersThere(kustomization: (name: string) => object): Question {
  return oneLayer((name, namespace) => ({ namespace, kustomization: kustomization(name) }));
}

function notified(notifications: (own: string, name: string, namespace: string) => object): Question {
  return (own, name, namespace) => ({
    sources: [gitSource(own)],
    layers: [layer(own)],
    notifications: notifications(own, name, namespace),
  });
}

/** Every look-up of the operator, by what leads to it. */
const QUESTIONS: Record<string, Question> = {
  'a ConfigMap that is waited for': waitsFor('v1', 'ConfigMap'),
  'a Secret that is waited for': waitsFor('v1', 'Secret'),
  'an account that is waited for': waitsFor('v1', 'ServiceAccount'),
  'a source that is waited for': waitsFor('source.toolkit.fluxcd.io/v1', 'GitRepository'),
  'a chart that is waited for': waitsFor('source.toolkit.fluxcd.io/v1', 'HelmChart'),
  'an expression': waitsFor('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'has(dep.metadata.uid)'),
  'a source of others': (own, name, namespace) => ({
    sources: [{ name: own, sourceRef: { kind: 'GitRepository', name, namespace } }],
    layers: [layer(own)],
  }),
  'a source in the form of Flux': oneLayer((name, namespace) => ({
    kustomization: { sourceRef: { kind: 'GitRepository', name, namespace } },
  })),
  'a chart in the form of Flux': (own, name, namespace) => ({
    layers: [{ name: own, helmRelease: { chartRef: { kind: 'OCIRepository', name, namespace } } }],
  }),
  'the repository of a chart': (own, name, namespace) => ({
    layers: [
      {
        name: own,
        helmRelease: {
          chart: { spec: { chart: 'web', sourceRef: { kind: 'HelmRepository', name, namespace } } },
        },
      },
    ],
  }),
  'a Kustomization of its own': oneLayer((objectName, namespace) => ({ objectName, namespace })),
  'a release of others': (own, releaseName, storageNamespace) => ({
    layers: [
      {
        name: own,
        helmRelease: { chartRef: { kind: 'OCIRepository', name: own }, releaseName, storageNamespace },
      },
    ],
  }),
  'a source of its own': (own, objectName, namespace) => ({
    sources: [{ ...gitSource(own), objectName, namespace }],
    layers: [layer(own)],
  }),
  'a provider of its own': notified((own, objectName, namespace) => ({
    providers: [{ name: own, objectName, namespace, type: 'slack', channel: 'c', secretRef: SECRET }],
  })),
  'an alert of its own': notified((own, objectName, namespace) => ({
    alerts: [{ name: own, objectName, namespace, providerRef: { name: 'chat' } }],
  })),
  'a receiver of its own': notified((own, objectName, namespace) => ({
    receivers: [{ name: own, objectName, namespace, type: 'generic', secretRef: SECRET }],
  })),
  'the provider of an alert': notified((own, name, namespace) => ({
    alerts: [{ name: own, namespace, providerRef: { name } }],
  })),
  'the token of a receiver': notified((own, name, namespace) => ({
    receivers: [{ name: own, namespace, type: 'generic', secretRef: { name } }],
  })),
  'a key for decryption': refersThere((name) => ({ decryption: { provider: 'sops', secretRef: { name } } })),
  'a Secret with variables': refersThere((name) => ({
    postBuild: { substituteFrom: [{ kind: 'Secret', name }] },
  })),
  'a ConfigMap with variables': refersThere((name) => ({
    postBuild: { substituteFrom: [{ kind: 'ConfigMap', name }] },
  })),
  'a kubeconfig': refersThere((name) => ({ kubeConfig: { secretRef: { name } } })),
  'the account of a Kustomization': refersThere((name) => ({ serviceAccountName: name })),
  'the account of the blueprint': (own, name) => ({
    sources: [gitSource(own)],
    layers: [layer(own)],
    serviceAccountName: name,
  }),
  'a Secret of one’s own': oneLayer((name) => ({
    kustomization: { decryption: { provider: 'sops', secretRef: { name } } },
  })),
  'a namespace': (own, name) => ({
    sources: [gitSource(own)],
    layers: [layer(own)],
    namespaces: [{ name: namespaceOf(name) }],
  }),
  'a namespace to write to': (own, name) => ({
    sources: [gitSource(own)],
    layers: [{ ...layer(own), namespace: namespaceOf(name) }],
  }),
};

/** Ways to ask: without and with an account, and with what makes the operator look closest. */
const WAYS: Record<string, object> = {
  'without an account': {},
  'with an account': { serviceAccountName: DEPLOYER },
  'to adopt, under Enforce': {
    serviceAccountName: DEPLOYER,
    adoption: 'Adopt',
    policy: { antiPatterns: 'Enforce' },
  },
};

/** What a status says, less what differs anyway: names, times and digests. */
function normalize(status: Status, own: string, name: string): string {
  return (
    JSON.stringify({ ...status, lastHandledReconcileAt: '' })
      .replaceAll(own, 'OWN')
      // Its own blueprints of other cases may deploy the same, and are named then.
      .replaceAll(/\bq[0-9a-f]{8}\b/g, 'OWN')
      .replaceAll(name, 'NAME')
      .replaceAll(/sha256:[0-9a-f]+/g, 'DIGEST')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
  );
}

const CASES = Object.keys(WAYS).flatMap((way) => Object.keys(QUESTIONS).map((what) => [what, way] as const));

test.each(CASES)('%s, %s: what exists elsewhere is answered as what does not', async (what, way) => {
  const asked = await Promise.all(
    NAMES.map(async (name) => {
      const own = `q${crypto.randomUUID().slice(0, 8)}`;
      const spec = QUESTIONS[what]?.(own, name, victim.namespace) ?? {};
      await asker.applyBlueprint({ ...WAYS[way], ...spec }, own);
      return { own, name };
    }),
  );
  await waitFor(
    'both are answered, and alike',
    async () => {
      const answers = await Promise.all(
        asked.map(async ({ own, name }) => {
          await asker.untilCondition({ type: 'Ready' }, own);
          await asker.reconcileNow(own);
          return normalize(await asker.status(own), own, name);
        }),
      );
      expect(answers[0]).toBe(answers[1]);
      return true;
    },
    { boundMs: 30_000, everyMs: 200 },
  );
});

test('a HelmRelease whose status names a chart elsewhere says nothing of that chart', async () => {
  await cluster.client.setReady(
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'HelmChart',
      namespace: victim.namespace,
      name: 'jewel',
    },
    'False',
    'ChartPullFailed',
    'marker-4711',
  );
  const told: string[] = [];
  for (const name of NAMES) {
    const own = `chart-${name}`;
    const helmRelease = {
      chart: { spec: { chart: 'web', sourceRef: { kind: 'HelmRepository', name: 'charts' } } },
    };
    await asker.applyBlueprint({ serviceAccountName: DEPLOYER, layers: [{ name: own, helmRelease }] }, own);
    const { apiVersion, metadata } = await asker.untilThere('HelmRelease', own);
    const condition = {
      type: 'Ready',
      status: 'False',
      reason: 'SourceNotReady',
      message: 'the chart is not ready',
      lastTransitionTime: new Date().toISOString(),
      observedGeneration: metadata.generation,
    };
    const status = { helmChart: `${victim.namespace}/${name}`, conditions: [condition] };
    const named = { name: own, namespace: asker.namespace };
    await cluster.client.cluster.applyStatus(
      { apiVersion, kind: 'HelmRelease', metadata: named, status },
      { fieldManager: 'flux' },
    );
    await waitFor('the operator has seen it', async () => {
      const { components = [] } = await asker.status(own);
      return components.some(({ message }) => message?.includes('chart is not ready'));
    });
    await asker.reconcileNow(own);
    told.push(normalize(await asker.status(own), own, name));
  }
  expect(told[0]).not.toContain('marker-4711');
  expect(told[0]).toBe(told[1]);
});

test('no status was put right into which nobody else had written', () => {
  expect(cluster.operator.log.filter(({ msg }) => msg.startsWith('somebody else wrote'))).toEqual([]);
});
