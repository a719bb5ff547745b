/**
 * What commands show and decide of live objects: tables of blueprints, revisions and events, whether a blueprint is
 * ready, what a suspension changes, and what to ask for a reconcile. Everything is pure; the commands read the cluster
 * before and print after. Begin here, then read `readiness.ts`.
 */
import type { Blueprint } from '../../api/schema/blueprint.ts';
import type { Condition } from '../../api/schema/status.ts';
import { ageOf } from '../text/age.ts';
import type { Look } from '../text/layout.ts';
import type { Cell, Table } from '../text/table.ts';
import { describeSuspension } from './suspension.ts';

/** A blueprint as far as its row says it. */
export type ListedBlueprint = Pick<Blueprint, 'metadata' | 'spec' | 'status'>;

/** What a table of blueprints says. */
export interface BlueprintTableOptions {
  /** In milliseconds since the epoch. */
  now: number;
  /** Whether the state in words belongs to it. */
  wide: boolean;
  /** Whether the namespaces belong to it. */
  withNamespaces: boolean;
}

/** How the status of the condition Ready looks. */
const LOOKS: Readonly<Record<Condition['status'], Look>> = { True: 'good', False: 'bad', Unknown: 'warning' };

/** The blueprints with the columns that `kubectl get` has for them. */
export function tableOfBlueprints(
  blueprints: readonly ListedBlueprint[],
  { now, wide, withNamespaces }: BlueprintTableOptions,
): Table {
  return {
    headings: [
      ...(withNamespaces ? ['NAMESPACE'] : []),
      ...['NAME', 'READY', 'COMPONENTS', 'AGE'],
      ...(wide ? ['STATUS'] : []),
    ],
    rows: blueprints.map(({ metadata, spec, status }) => {
      const ready = status?.conditions?.find(({ type }) => type === 'Ready');
      return [
        ...(withNamespaces ? [metadata.namespace ?? ''] : []),
        metadata.name,
        describeReady(ready),
        status?.summary?.components ?? '',
        ageOf(metadata.creationTimestamp, now),
        ...(wide ? [describeState(describeSuspension(spec, now), ready?.message)] : []),
      ];
    }),
  };
}

function describeReady(ready: Condition | undefined): Cell {
  return ready === undefined ? '' : { text: ready.status, look: LOOKS[ready.status] };
}

/** The message of Ready is from before the suspension, so that it does not stand alone. */
function describeState(suspended: string | undefined, message = ''): string {
  return suspended === undefined ? message : `${suspended}; ${message}`;
}
