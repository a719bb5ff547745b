import type { FluxCluster } from '../../harness/flux/flux-cluster.ts';
import { readMetrics } from '../../harness/operator/metrics.ts';

/** How many requests each made to the API server; a watch counts once. */
export interface Requests {
  source: number;
  kustomize: number;
  operator: number;
}

/** The requests so far, by client-go's metric of each process. */
export async function countRequests({ controllers, operator }: FluxCluster): Promise<Requests> {
  const metricsAddr = operator.log.find(({ msg }) => msg === 'starting')?.['metricsAddr'];
  return {
    source: await readCount(controllers.metricsUrl('source')),
    kustomize: await readCount(controllers.metricsUrl('kustomize')),
    operator: await readCount(`http://${String(metricsAddr)}/metrics`),
  };
}

/** What was requested between two counts. */
export function subtract(after: Requests, before: Requests): Requests {
  return {
    source: after.source - before.source,
    kustomize: after.kustomize - before.kustomize,
    operator: after.operator - before.operator,
  };
}

async function readCount(url: string): Promise<number> {
  const metrics = readMetrics(await (await fetch(url)).text());
  const name = 'rest_client_requests_total';
  return metrics.series(name).reduce((sum, labels) => sum + (metrics.value(name, labels) ?? 0), 0);
}
