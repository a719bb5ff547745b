import type { KubeObject } from '../../../src/api/object.ts';
import { readMetrics } from '../../harness/operator/metrics.ts';
import type { LogLine, OperatorProcess } from '../../harness/operator/operator-process.ts';
import { waitFor } from '../../harness/wait-for.ts';
import type { FaultCluster } from '../cluster/fault-cluster.ts';
import { ACCOUNT, FaultTenant } from '../cluster/fault-tenant.ts';

/** What only the victim may see. No attacker writes it anywhere. */
export const MARKER = 'marker-4711';

/** The kinds of what the victim has, beside events and blueprints, which its operator writes to. */
const KINDS: readonly [group: string, kind: string][] = [
  ...['GitRepository', 'HelmChart'].map((kind) => ['source.toolkit.fluxcd.io', kind] as [string, string]),
  ['kustomize.toolkit.fluxcd.io', 'Kustomization'],
  ...['Provider', 'Alert', 'Receiver'].map(
    (kind) => ['notification.toolkit.fluxcd.io', kind] as [string, string],
  ),
  ...['Secret', 'ConfigMap', 'ServiceAccount'].map((kind) => ['', kind] as [string, string]),
];

const note = { annotations: { note: MARKER }, labels: { team: MARKER } };

/**
 * A tenant with an account, with a marker in all that somebody else could be told: names, labels, annotations, messages
 * and revisions of statuses, the path of a webhook, the values of Secrets and ConfigMaps, and an event about an alert.
 */
export async function openMarkedVictim(cluster: FaultCluster, namespace: string): Promise<FaultTenant> {
  cluster.flux.freeze(namespace);
  const victim = await FaultTenant.open(cluster, namespace, ACCOUNT);
  await victim.apply({
    commonMetadata: note,
    sources: [{ name: 'fleet', git: { url: `https://example.com/${MARKER}`, ref: { branch: 'main' } } }],
    layers: [{ name: 'crown', kustomization: {} }],
    notifications: {
      providers: [{ name: 'chat', type: 'slack', channel: MARKER, secretRef: { name: 'token' } }],
      alerts: [{ name: 'alarm', providerRef: { name: 'chat' } }],
      receivers: [{ name: 'hook', type: 'generic', secretRef: { name: 'token' } }],
    },
  });
  const generated = await waitFor('the victim has its objects', async () => {
    const found = (await listVictim(cluster, namespace)).filter(
      ({ metadata }) => metadata.labels?.['team'] === MARKER,
    );
    return found.length === 5 ? found : undefined;
  });
  await placeOthers(cluster, namespace);
  for (const object of generated) await setMarkedStatus(cluster, object);
  await recordMarkedEvent(cluster, namespace);
  return victim;
}

async function placeOthers({ client }: FaultCluster, namespace: string): Promise<void> {
  const chart = { chart: 'web', interval: '5m', sourceRef: { kind: 'HelmRepository', name: 'charts' } };
  const objects = [
    { apiVersion: 'v1', kind: 'Secret', name: 'token', stringData: { token: MARKER } },
    { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings', data: { [MARKER]: MARKER } },
    { apiVersion: 'v1', kind: 'ServiceAccount', name: `account-${MARKER}` },
    { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'HelmChart', name: 'chart', spec: chart },
    { apiVersion: 'v1', kind: 'Secret', name: `secret-${MARKER}`, stringData: { 'age.agekey': MARKER } },
  ];
  for (const { name, ...rest } of objects)
    await client.apply({ ...rest, metadata: { ...note, name, namespace } });
}

async function setMarkedStatus(
  { client }: FaultCluster,
  { apiVersion, kind, metadata }: KubeObject,
): Promise<void> {
  const { name, namespace = '' } = metadata;
  const apply = (status: object) =>
    client.cluster.applyStatus(
      { apiVersion, kind, metadata: { name, namespace }, status },
      { fieldManager: 'flux' },
    );
  if (kind === 'Kustomization')
    await client.setReady({ apiVersion, kind, namespace, name }, 'False', 'BuildFailed', MARKER);
  if (kind === 'Receiver') await apply({ webhookPath: `/hook/${MARKER}` });
  if (kind === 'GitRepository') {
    const lastUpdateTime = new Date().toISOString();
    const digest = `sha256:${'0'.repeat(64)}`;
    const revision = `main@sha1:${MARKER}`;
    await apply({ artifact: { digest, lastUpdateTime, path: 'a', revision, url: 'http://a' } });
  }
}

async function recordMarkedEvent({ client }: FaultCluster, namespace: string): Promise<void> {
  const regarding = {
    apiVersion: 'notification.toolkit.fluxcd.io/v1beta3',
    kind: 'Alert',
    name: 'alarm',
    namespace,
  };
  await client.transport.request({
    method: 'POST',
    path: `/apis/events.k8s.io/v1/namespaces/${namespace}/events`,
    body: {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: 'undelivered', namespace },
      eventTime: new Date().toISOString().replace('Z', '000Z'),
      reportingController: 'notification-controller',
      reportingInstance: 'notification-controller-0',
      regarding,
      type: 'Warning',
      reason: 'NotificationDispatchFailed',
      action: 'Dispatch',
      note: MARKER,
    },
  });
}

/** Everything that the victim has, beside events and blueprints. */
async function listVictim({ client }: FaultCluster, namespace: string): Promise<KubeObject[]> {
  return (await Promise.all(KINDS.map(([group, kind]) => client.list(group, kind, namespace)))).flat();
}

/** The versions of everything that the victim has: equal before and after where nobody wrote to any of it. */
export async function readVictim(cluster: FaultCluster, namespace: string): Promise<Record<string, string>> {
  const objects = await listVictim(cluster, namespace);
  return Object.fromEntries(
    objects.map(({ kind, metadata }) => [
      `${kind}/${metadata.name}`,
      `${metadata.uid ?? ''} ${metadata.resourceVersion ?? ''}`,
    ]),
  );
}

/** A piece of what somebody is told, and where. */
interface Told {
  where: string;
  text: string;
}

/** Where tenants are told of the victim: statuses, events, objects, log lines and metrics of their namespaces. */
export async function findLeaks(cluster: FaultCluster, namespaces: ReadonlySet<string>): Promise<string[]> {
  const told = [
    ...(await readObjects(cluster, namespaces)),
    ...cluster.operators.flatMap(({ log }) => readLog(log, namespaces)),
    ...(await Promise.all(cluster.operators.map((operator) => readSeries(operator, namespaces)))).flat(),
  ];
  return told
    .filter(({ text }) => text.includes(MARKER))
    .map(({ where, text }) => `${where}: ${text.slice(0, 2000)}`);
}

async function readObjects({ client }: FaultCluster, namespaces: ReadonlySet<string>): Promise<Told[]> {
  const kinds = [['fluxblueprint.io', 'FluxBlueprint'], ['events.k8s.io', 'Event'], ...KINDS] as [
    string,
    string,
  ][];
  const lists = await Promise.all(kinds.map(([group, kind]) => client.list(group, kind)));
  return lists
    .flat()
    .filter(({ metadata }) => namespaces.has(metadata.namespace ?? ''))
    .map((object) => ({
      where: `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`,
      text: JSON.stringify(object),
    }));
}

function readLog(log: readonly LogLine[], namespaces: ReadonlySet<string>): Told[] {
  return log
    .map((line) => ({ where: 'log', text: JSON.stringify(line) }))
    .filter(({ text }) => [...namespaces].some((namespace) => text.includes(namespace)));
}

async function readSeries({ child, log }: OperatorProcess, namespaces: ReadonlySet<string>): Promise<Told[]> {
  if (child.exitCode !== null) return [];
  const address = String(log.find(({ msg }) => msg === 'starting')?.['metricsAddr']);
  const text = await (await fetch(`http://${address}/metrics`)).text();
  expectReadable(text);
  return text
    .split('\n')
    .filter((line) => [...namespaces].some((namespace) => line.includes(namespace)))
    .map((line) => ({ where: 'metrics', text: line }));
}

/** Throws where the metrics are none: nothing would leak into an error page. */
function expectReadable(text: string): void {
  if (readMetrics(text).families.size === 0) throw new Error('there are no metrics');
}
