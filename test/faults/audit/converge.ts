import { waitFor } from '../../harness/wait-for.ts';
import { type Findings, auditCluster } from './audit.ts';
import type { FaultCluster } from '../cluster/fault-cluster.ts';

/** The longest that a cluster gets to come to rest, in milliseconds: a bound against hanging, not a measure. */
const LIMIT_MS = 120_000;

/**
 * Waits until a cluster is as its blueprints say, and answers what an audit then finds, and how long it took.
 * Fails with what is still wrong.
 */
export async function untilConverged(cluster: FaultCluster): Promise<{ findings: Findings; ms: number }> {
  const started = performance.now();
  const look = async (): Promise<Findings> => {
    const findings = await auditCluster(cluster);
    if (findings.orphans.length + findings.lost.length === 0) return findings;
    throw new Error(JSON.stringify(findings, undefined, 2));
  };
  const findings = await waitFor('it converges', look, { boundMs: LIMIT_MS, everyMs: 50 });
  return { findings, ms: performance.now() - started };
}

/** Prints a line of what a test counted. */
export function report(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The seed of a test: its own, or that of `FLUXBLUEPRINT_TEST_SEED`, to look for more. */
export function chooseSeed(own: number): number {
  return Number(process.env['FLUXBLUEPRINT_TEST_SEED'] ?? own);
}
