import type { Spec } from '../../api/schema/spec.ts';
import type { JsonObject } from '../../api/schema/shapes/shapes.ts';
import { own, textAt } from '../values/json.ts';
import { clip } from '../values/truncate.ts';
import type { FluxKind } from './kind.ts';

/** The account of a blueprint. */
export interface BlueprintAccount {
  name: string;
  /**
   * Whether the blueprint names it, so that it stands in what is generated. If not, it is the operator's default, and
   * Flux's controllers have the same default for objects that name none.
   */
  named: boolean;
}

/** The account of a blueprint, or the operator's default; undefined where there is neither. */
export function findAccount(
  spec: Pick<Spec, 'serviceAccountName'>,
  fallback: string | undefined,
): BlueprintAccount | undefined {
  const name = spec.serviceAccountName ?? fallback;
  return name === undefined ? undefined : { name, named: spec.serviceAccountName !== undefined };
}

/** The kinds whose controllers apply manifests as `spec.serviceAccountName`, and with all their rights without one. */
const APPLYING: ReadonlySet<string> = new Set([
  'kustomize.toolkit.fluxcd.io/Kustomization',
  'helm.toolkit.fluxcd.io/HelmRelease',
  'fluxcd.controlplane.io/ResourceSet',
]);

/** An object that is applied by another account than the blueprint's. */
export interface OtherAccount {
  /** Whether the spec holds the field. If not, the object lacks the account altogether. */
  written: boolean;
  /** What is wrong, why that is bad, and what to do. */
  message: string;
}

/**
 * Finds out whether Flux applies what an object delivers by another account than that of its blueprint; undefined if it
 * does not. Only the result counts, and not which of `unset`, `defaults`, an environment or the block made it so.
 *
 * Credentials in a Secret for another cluster stand for an account of that cluster. A `kubeConfig` with a ConfigMap
 * does not: it may name this very cluster, and then Flux connects by an account that the ConfigMap chooses, or by its
 * own.
 */
export function findOtherAccount(
  kind: Pick<FluxKind, 'group' | 'kind'>,
  spec: JsonObject,
  account: BlueprintAccount,
): OtherAccount | undefined {
  if (!APPLYING.has(`${kind.group}/${kind.kind}`)) return undefined;
  if (kind.kind !== 'ResourceSet' && namesOtherCluster(spec)) return undefined;
  const value = own(spec, 'serviceAccountName');
  const name = value ?? '';
  if (name === account.name || (name === '' && !account.named)) return undefined;
  const hint = own(spec, 'kubeConfig') === undefined ? '' : HINT;
  const message = `${describeAccount(name, account)}: ${remedyFor(kind.kind, account, value)}${hint}`;
  return { written: value !== undefined, message };
}

/** The longest name of an account that a message repeats, in characters: the longest that one can have. */
const MAX_NAME = 253;

function describeAccount(name: unknown, account: BlueprintAccount): string {
  const whose = account.named ? 'the account of the blueprint' : "the operator's default account";
  if (name === '')
    return `is applied without ServiceAccount ${account.name}, ${whose}, so with whatever rights Flux itself has`;
  const other = typeof name === 'string' ? ` ${clip(name, MAX_NAME)}` : '';
  return `is applied as ServiceAccount${other} in place of ${account.name}, ${whose}, so with rights that the author of the blueprint may not have`;
}

/** Says why a `kubeConfig` does not make the account one of another cluster. */
const HINT = '; only a `kubeConfig` with a `secretRef` is sure to be of another cluster';

function namesOtherCluster(spec: JsonObject): boolean {
  const secret = textAt(spec, ['kubeConfig', 'secretRef', 'name']) ?? '';
  return secret !== '' && textAt(spec, ['kubeConfig', 'configMapRef', 'name']) === undefined;
}

function remedyFor(kind: string, { name, named }: BlueprintAccount, value: unknown): string {
  if (kind === 'ResourceSet' && named) return `name \`serviceAccountName: ${name}\` in its spec`;
  if (value === undefined) return 'take `serviceAccountName` out of `unset`';
  return 'leave its `serviceAccountName` out, or generate it by a blueprint of that account';
}
