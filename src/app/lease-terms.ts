import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { LeaderOptions } from '../cli/leader-options.ts';
import type { ScopeOptions } from '../cli/scope-options.ts';
import type { LeaseTerms } from '../kube/lease/elector.ts';

/** Where a pod finds the name of its namespace. */
const NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/** The Lease of operators that have every blueprint; those of a part of them add what tells the part. */
const NAME = 'fluxblueprint-leader-election';

/**
 * Which Lease this process asks for, and how, by the command line. Throws where its namespace is not given and this is
 * no pod.
 */
export function toLeaseTerms(options: LeaderOptions & ScopeOptions): LeaseTerms {
  return {
    namespace: options.leaderElectResourceNamespace ?? readOwnNamespace(),
    name: options.leaderElectResourceName ?? nameLease(options),
    identity: `${hostname()}_${randomUUID()}`,
    leaseDurationMs: options.leaderElectLeaseDuration,
    renewDeadlineMs: options.leaderElectRenewDeadline,
    retryPeriodMs: options.leaderElectRetryPeriod,
  };
}

/** Operators whose blueprints differ must not wait for each other, so the name says which blueprints. */
function nameLease({ shardKey, watchNamespaces = [] }: ScopeOptions): string {
  const parts = [NAME];
  if (shardKey !== undefined) parts.push(/^[a-z0-9-]+$/.test(shardKey) ? shardKey : digest(shardKey));
  if (watchNamespaces.length > 0) parts.push(digest([...new Set(watchNamespaces)].sort().join()));
  return parts.join('-');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function readOwnNamespace(): string {
  try {
    return readFileSync(NAMESPACE_FILE, 'utf8').trim();
  } catch (error) {
    throw new Error('outside of a pod --leader-elect needs --leader-elect-resource-namespace', {
      cause: error,
    });
  }
}
