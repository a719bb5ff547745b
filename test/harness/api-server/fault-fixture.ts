import { afterEach, beforeAll, beforeEach } from '@jest/globals';
import { createNamespace, openClient, prepareCluster, type Client } from './environment.ts';
import { FaultProxy } from './fault-proxy.ts';
import type { Watching } from './watching.ts';

/** What each test of a file that breaks the connection starts with. */
export interface FaultFixture {
  /** Goes through the proxy. */
  client: Client;
  /** Goes straight to the API server. */
  direct: Client;
  proxy: FaultProxy;
  /** A namespace of the test's own. */
  namespace: string;
  /** Has a reflector stopped when the test is over. */
  stopLater(watching: Watching): Watching;
}

/** Sets a {@link FaultFixture} up for every test of a file; its fields hold while a test runs. */
export function useFaultFixture(): FaultFixture {
  const fixture = {} as FaultFixture;
  const watchings: Watching[] = [];
  let kubeconfigPath: string;

  beforeAll(async () => {
    kubeconfigPath = await prepareCluster();
  });

  beforeEach(async () => {
    fixture.proxy = await FaultProxy.start(kubeconfigPath);
    fixture.client = await openClient(fixture.proxy.config);
    fixture.direct = await openClient(kubeconfigPath);
    fixture.namespace = await createNamespace(fixture.direct);
    fixture.stopLater = (watching) => {
      watchings.push(watching);
      return watching;
    };
  });

  afterEach(async () => {
    await Promise.all(watchings.splice(0).map(({ reflector }) => reflector.stop()));
    await fixture.client.connection.close();
    await fixture.direct.connection.close();
    await fixture.proxy.close();
  });

  return fixture;
}
