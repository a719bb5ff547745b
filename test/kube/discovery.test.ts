import { expect, test } from '@jest/globals';
import { ApiDiscovery } from '../../src/kube/discovery.ts';
import { ClusterError } from '../../src/ports/cluster.ts';
import type { ApiRequest, Transport } from '../../src/kube/http/transport.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';

interface Version {
  version: string;
  kinds: string[];
  stale?: boolean;
}

/** An API server that serves what `groups` says, and counts how often it is asked. */
class ScriptedServer implements Transport {
  groups: Record<string, Version[]> = {};
  readonly requests: string[] = [];

  request({ path }: ApiRequest) {
    this.requests.push(path);
    const groups = Object.entries(this.groups).filter(([group]) => (group === '') === (path === '/api'));
    const items = groups.map(([name, versions]) => ({
      metadata: { name },
      versions: versions.map(toVersion),
    }));
    return Promise.resolve({ kind: 'APIGroupDiscoveryList', items });
  }

  watch(): never {
    throw new Error('not watched');
  }

  list(): never {
    throw new Error('not listed');
  }
}

function toVersion({ version, kinds, stale }: Version) {
  const resources = kinds.map((kind) => ({
    resource: `${kind.toLowerCase()}s`,
    scope: 'Namespaced',
    responseKind: { kind },
  }));
  return { version, freshness: stale === true ? 'Stale' : 'Current', resources };
}

test('the preferred version of a kind is the first that has it, in the order of the server', async () => {
  const server = new ScriptedServer();
  server.groups = { '': [{ version: 'v1', kinds: ['Pod'] }], g: [] };
  server.groups['g'] = [
    { version: 'v2', kinds: ['New'] },
    { version: 'v1', kinds: ['Old', 'New'] },
  ];
  const discovery = new ApiDiscovery(server, systemClock);
  await discovery.refresh();
  expect(discovery.find('', 'Pod')).toMatchObject({
    group: '',
    version: 'v1',
    plural: 'pods',
    namespaced: true,
  });
  expect(discovery.inGroup('g').map(({ kind, version }) => `${kind} ${version}`)).toEqual([
    'New v2',
    'Old v1',
  ]);
});

test('it says whether anything changed', async () => {
  const server = new ScriptedServer();
  const discovery = new ApiDiscovery(server, systemClock);
  server.groups = { g: [{ version: 'v1', kinds: ['A'] }] };
  expect(await discovery.refresh()).toBe(true);
  expect(await discovery.refresh()).toBe(false);
  server.groups = {};
  expect(await discovery.refresh()).toBe(true);
  expect(discovery.find('g', 'A')).toBeUndefined();
});

test('a stale group keeps what was known of it before', async () => {
  const server = new ScriptedServer();
  const discovery = new ApiDiscovery(server, systemClock);
  server.groups = { g: [{ version: 'v1', kinds: ['A', 'B'] }] };
  await discovery.refresh();
  server.groups = { g: [{ version: 'v1', kinds: ['B'], stale: true }] };
  expect(await discovery.refresh()).toBe(false);
  expect(discovery.find('g', 'A')).toBeDefined();
});

test('refreshes in flight are shared, and one waiter that gives up does not end it for the others', async () => {
  const server = new ScriptedServer();
  const discovery = new ApiDiscovery(server, systemClock);
  const abort = new AbortController();
  const impatient = discovery.refresh(abort.signal);
  const patient = discovery.refresh();
  abort.abort();
  await expect(impatient).rejects.toBeInstanceOf(ClusterError);
  await patient;
  expect(server.requests).toEqual(['/api', '/apis']);
});
