import { afterAll, beforeAll } from '@jest/globals';
import { type BoundedOperator, startBoundedOperator } from '../../harness/operator/bounded-operator.ts';
import { type BareCluster, startBareCluster } from '../../harness/operator/cluster.ts';

/** A cluster of its own for the tests of one file, with an operator that has the options of the Deployment. */
export interface Stand {
  readonly cluster: BareCluster;
  readonly operator: BoundedOperator;
}

/**
 * Starts both before the tests of the file that calls this, and ends them after these. What hostile tenants leave in a
 * cluster is large, and would count against the next test.
 *
 * @param args of the operator, beside those of every test
 */
export function useStand(args: string[] = []): Stand {
  let cluster: BareCluster;
  let operator: BoundedOperator;
  beforeAll(async () => {
    cluster = await startBareCluster();
    operator = await startBoundedOperator(cluster, args);
  });
  afterAll(async () => {
    await operator.stop();
    await cluster.stop();
  });
  return {
    get cluster() {
      return cluster;
    },
    get operator() {
      return operator;
    },
  };
}
