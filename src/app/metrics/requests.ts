import { Counter, Histogram, type Registry } from '@prometheus-io/client';
import type { RequestMetrics } from '../../ports/metrics.ts';

/** The buckets of client-go, in seconds. */
const BUCKETS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

/** The `code` that client-go records if there was no answer. */
const NO_ANSWER = '<error>';

/** Records requests to the API server `host`, with the names and labels of client-go. */
export function recordRequests(registry: Registry, host: string): RequestMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'rest_client_requests_total',
    help: 'Requests to the API server by status code, method and host.',
    labelNames: ['code', 'method', 'host'],
    registers,
  });
  const seconds = new Histogram({
    name: 'rest_client_request_duration_seconds',
    help: 'How long requests to the API server take, those for watches until they have begun.',
    labelNames: ['verb', 'host'],
    buckets: BUCKETS,
    registers,
  });
  return (method, status, ms) => {
    requests.inc({ code: status === undefined ? NO_ANSWER : String(status), method, host });
    seconds.observe({ verb: method, host }, ms / 1000);
  };
}
