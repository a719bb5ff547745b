import { chainSpec } from '../../harness/blueprint/blueprints.ts';
import type { Tenant } from '../../harness/blueprint/tenant.ts';

/**
 * Changes a blueprint of a tenant so many times, and answers how long each change took to be applied, in milliseconds.
 *
 * @param disturb called before each change
 */
export async function measureChanges(
  tenant: Tenant,
  count: number,
  disturb?: () => Promise<unknown>,
): Promise<number[]> {
  const tookMs: number[] = [];
  for (let i = 0; i < count; i++) {
    await disturb?.();
    const name = `change-${crypto.randomUUID().slice(0, 8)}`;
    const began = performance.now();
    await tenant.applyBlueprint(chainSpec('apps', name), 'neighbour');
    await tenant.untilThere('GitRepository', 'fleet');
    await tenant.untilGenerated(
      ['GitRepository/fleet', 'Kustomization/apps', `Kustomization/${name}`],
      'neighbour',
    );
    tookMs.push(performance.now() - began);
  }
  return tookMs;
}

/** The middle, the 99th percentile and the longest of some times, for people. */
export function describeTimes(tookMs: readonly number[]): string {
  const sorted = [...tookMs].sort((a, b) => a - b);
  const at = (share: number): string => `${Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0)} ms`;
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}`;
}

/** All of some times together. */
export function totalOf(tookMs: readonly number[]): number {
  return tookMs.reduce((sum, ms) => sum + ms, 0);
}
