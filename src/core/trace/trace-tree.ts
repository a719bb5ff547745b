import { KIND } from '../../api/names.ts';
import { type KubeObject, displayName } from '../../api/object.ts';
import type { Blueprint } from '../../api/schema/blueprint.ts';
import { assessHealth, isOfFlux } from '../health/health.ts';
import { STATE_SYMBOLS } from '../inspect/state-symbols.ts';
import { shortenRevision } from '../text/revision.ts';
import type { TreeNode } from '../text/tree.ts';
import type { Via } from './links.ts';
import { describeAddress, describeUse } from './sources.ts';
import { type TraceStep, assessStep } from './step.ts';

/** What each step did for the one before. */
const DID: Readonly<Record<Via, string>> = {
  owner: 'owns it',
  blueprint: 'generated it',
  helm: 'installed it',
  release: 'installed it',
  kustomize: 'applied it',
};

/** A trace as a tree: below each object what made it, and below a deployer first its source. */
export function treeOfTrace(steps: readonly TraceStep[], now: number): TreeNode {
  const nodes = steps.map((step, i) => nodeOf(step, steps[i - 1]?.object, now));
  const [last = EMPTY, ...others] = nodes.reverse();
  return others.reduce((below, node) => ({ ...node, children: [...node.children, below] }), last);
}

const EMPTY: TreeNode = { symbol: { text: '·', look: 'faint' }, name: 'nothing', details: [], children: [] };

/** What is wrong on the way, the farthest first: what is wrong there is often the cause of the rest. */
export function listWrong(steps: readonly TraceStep[], now: number): string[] {
  return steps
    .flatMap((step, i) => [
      ...(step.source === undefined ? [] : [{ step: step.source, before: undefined }]),
      { step, before: steps[i - 1]?.object },
    ])
    .flatMap(({ step, before }) => {
      const { problem } = assessStep(step, before, now);
      return problem === undefined ? [] : [`${displayName(step.ref)}: ${problem}`];
    })
    .reverse();
}

function nodeOf(step: TraceStep, before: KubeObject | undefined, now: number): TreeNode {
  const { ref, object, link, source, origin = '' } = step;
  const { state, problem } = assessStep(step, before, now);
  return {
    symbol: STATE_SYMBOLS[state],
    name: displayName(ref),
    details: [
      link === undefined ? '' : DID[link.via],
      origin,
      object === undefined ? '' : revisionOf(object),
      object === undefined ? '' : describeUse(object),
    ],
    message: problem,
    children: source === undefined ? [] : [sourceNode(source, now)],
  };
}

function sourceNode(step: TraceStep, now: number): TreeNode {
  const node = nodeOf(step, undefined, now);
  const address = step.object === undefined ? '' : describeAddress(step.object);
  return { ...node, details: ['source', address, ...node.details] };
}

/** The revision that an object has applied or fetched; that in force of a blueprint. */
function revisionOf(object: KubeObject): string {
  if (object.kind === KIND) {
    const { revision } = (object as unknown as Blueprint).status ?? {};
    return revision === undefined ? '' : `revision ${revision}`;
  }
  return isOfFlux(object.apiVersion) ? shortenRevision(assessHealth(object).revision ?? '') : '';
}
