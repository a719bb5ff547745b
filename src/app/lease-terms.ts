import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { LeaderOptions } from '../cli/flags/leader-options.ts';
import type { ScopeOptions } from '../cli/flags/scope-options.ts';
import type { LeaseTerms } from '../kube/lease/elector.ts';

/** The file in which a pod finds the name of its namespace. */
const NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/** The Lease of operators that reconcile every blueprint. Operators of a part of them append a name of that part. */
const NAME = 'fluxblueprint-leader-election';

/**
 * Reads from the command line which Lease this process competes for, and with which timing. Throws if the flags do not
 * name its namespace and this is not a pod.
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

/** Operators of different blueprints must not wait for each other, so each set of blueprints has a Lease of its own. */
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
