import { type KubeObject, type ObjectRef, displayName, objectId, refOf } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import { KIND } from '../../api/names.ts';
import type { ComponentState } from '../../api/schema/status.ts';
import { assessHealth, isOfFlux } from '../health/health.ts';
import { assessReadiness } from '../health/kstatus.ts';
import { readInventory, refOfTracked } from '../objects/inventory.ts';
import { readinessOf } from '../inspect/readiness.ts';
import { isObject, textAt, valueAt } from '../values/json.ts';
import type { Link } from './links.ts';
import { isDeployer } from './sources.ts';

/** An object on the way, as far as it could be read. */
export interface TraceStep {
  ref: ObjectRef;
  /** Undefined where it is not there, or may not be read. */
  object: KubeObject | undefined;
  /** Why it could not be read, as the end of a sentence; undefined where it could be, or is not there. */
  hidden?: string | undefined;
  /** What led here; undefined for the object that was asked for. */
  link: Link | undefined;
  /** Its source, where it is a deployer that has one. */
  source?: TraceStep | undefined;
  /** What of the blueprint made the object before, in words, where this is a blueprint. */
  origin?: string | undefined;
}

/** How an object of the way is. */
export interface StepHealth {
  state: ComponentState;
  /** What is wrong with it; undefined where nothing is. */
  problem: string | undefined;
}

/**
 * How a step is: the health of its object, and whether it knows of the object before, which says that it made that.
 *
 * @param before the object that led here
 * @param now in milliseconds since the epoch
 */
export function assessStep(step: TraceStep, before: KubeObject | undefined, now: number): StepHealth {
  const { object, hidden } = step;
  if (hidden !== undefined) return { state: 'Pending', problem: hidden };
  if (object === undefined) return { state: 'Failed', problem: `there is no ${displayName(step.ref)}` };
  const { state, message } = healthOf(object, now);
  const denial = before === undefined ? undefined : denyMaking(object, before);
  if (denial !== undefined && state === 'Ready') return { state: 'Failed', problem: denial };
  return { state, problem: state === 'Ready' ? undefined : (message ?? `it is ${state.toLowerCase()}`) };
}

function healthOf(object: KubeObject, now: number): { state: ComponentState; message?: string | undefined } {
  if (object.kind === KIND) {
    const { state, message } = readinessOf(object as unknown as Blueprint, now);
    const states = { ready: 'Ready', waiting: 'Progressing', failing: 'Failed', ended: 'Failed' } as const;
    return { state: states[state], message };
  }
  if (isOfFlux(object.apiVersion)) return assessHealth(object);
  const readiness = assessReadiness(object);
  return readiness.ready ? { state: 'Ready' } : { state: 'Progressing', message: readiness.why };
}

/** Why a deployer or blueprint did not make an object that says so; undefined where it did, or keeps no inventory. */
function denyMaking(maker: KubeObject, made: KubeObject): string | undefined {
  const ids = listMade(maker);
  if (ids === undefined || ids.has(objectId(refOf(made)))) return undefined;
  const name = displayName(refOf(made));
  return `${name} is labelled as its object, and is not in its inventory: it was made or labelled by somebody else, or is not pruned yet`;
}

function listMade(maker: KubeObject): ReadonlySet<string> | undefined {
  if (maker.kind === KIND) {
    const refs = readInventory((maker as unknown as Blueprint).status).map(refOfTracked);
    return refs.length === 0 ? undefined : new Set(refs.map(objectId));
  }
  const entries = isDeployer(maker) ? valueAt(maker, ['status', 'inventory', 'entries']) : undefined;
  if (!Array.isArray(entries)) return undefined;
  return new Set(entries.filter(isObject).flatMap((entry) => fromFlux(textAt(entry, ['id']))));
}

/** Flux writes the colons of a name as two underscores. */
function fromFlux(id: string | undefined): string[] {
  if (id === undefined) return [];
  const [start, end] = [id.indexOf('_'), id.lastIndexOf('_')];
  const group = end < 1 ? -1 : id.lastIndexOf('_', end - 1);
  if (start < 0 || group <= start) return [id];
  return [`${id.slice(0, start)}_${id.slice(start + 1, group).replaceAll('__', ':')}${id.slice(group)}`];
}
