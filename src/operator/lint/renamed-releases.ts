import { compareRemarks } from '../../core/values/path.ts';
import type { Finding } from '../../core/lint/lint.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';

/**
 * Adds to the findings those of renamed releases that this version of the blueprint brought. Once it is applied,
 * nothing in the cluster shows what a release was before, and people look later. They go with the next change of the
 * blueprint, and when the operator starts again.
 */
export function keepRenamed(
  { memory, blueprint }: ReconcileContext,
  findings: readonly Finding[],
): readonly Finding[] {
  const { uid = '', generation = 0 } = blueprint.metadata;
  const version = `${uid} ${generation}`;
  const known = memory.lint.renamed;
  const kept = known?.version === version ? known.findings : [];
  const present = new Set(findings.map(nameOf));
  const gone = kept.filter((finding) => !present.has(nameOf(finding)));
  const renamed = findings.filter(({ rule }) => rule === 'renamed-release');
  const all = [...gone, ...renamed];
  memory.lint.renamed = all.length === 0 ? undefined : { version, findings: all };
  return gone.length === 0 ? findings : [...findings, ...gone].sort(compareRemarks);
}

function nameOf({ path, message }: Finding): string {
  return `${path} ${message}`;
}
