import type { Json } from '../../../api/object.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import { textAt } from '../../values/json.ts';
import { checkEach } from '../model/check-each.ts';
import { type Breach, warn } from '../model/finding.ts';
import type { LintRule } from '../model/input.ts';
import { specField } from '../model/spec-field.ts';

/**
 * "Versioned: all changes tracked in Git history": a reference whose meaning can change without a change in Git. A
 * branch or a range such as `9.x` is a deliberate choice and fine, and so is any tag but `latest`. A GitRepository
 * without `ref` uses Flux's default, the branch master. That is only an `info`, because without such a branch it fails
 * at once.
 */
export const mutableRef: LintRule = {
  id: 'mutable-ref',
  find: ({ desired }, report) => {
    checkEach(desired.objects, (object) => CHECKS[object.ref.kind]?.(object) ?? [], report);
  },
};

const CHECKS: Readonly<Partial<Record<string, (object: DesiredObject) => Breach[]>>> = {
  OCIRepository: checkOci,
  GitRepository: checkGit,
  HelmRelease: (object) => checkChart(object, ['chart', 'spec']),
  HelmChart: (object) => checkChart(object, []),
};

/** Ranges that include any version, in the syntax of Masterminds/semver. */
const ANY_VERSION = /^(?:[*xX](?:\.[*xX]){0,2}|latest|>=?\s*v?0(?:\.0){0,2}(?:-0)?)?$/;

/** Flux uses the first of digest, semver and tag in an OCI `ref`. Without any, it uses the tag latest. */
function checkOci(object: DesiredObject): Breach[] {
  const remedy = 'name a version (`ref.tag` or `ref.semver`), or a digest';
  const ref = specField(object, 'ref');
  if (has(ref, 'digest')) return [];
  const semver = nonEmpty(ref, 'semver');
  if (semver !== undefined) {
    if (!ANY_VERSION.test(semver.trim())) return [];
    return [
      warn(object.originOf(['ref', 'semver']), `takes any version, even the next major one; ${remedy}`),
    ];
  }
  const tag = nonEmpty(ref, 'tag');
  if (tag !== undefined && tag !== 'latest') return [];
  const what = tag === undefined ? 'has no ref, which for Flux is the tag latest' : 'follows the tag latest';
  const path = object.originOf(tag === undefined ? ['ref'] : ['ref', 'tag']);
  return [
    warn(path, `${what}: what runs changes with no change in Git, and cannot be rolled back; ${remedy}`),
  ];
}

function checkGit(object: DesiredObject): Breach[] {
  const ref = specField(object, 'ref');
  if (['branch', 'tag', 'semver', 'name', 'commit'].some((field) => has(ref, field))) return [];
  const path = object.originOf(['ref']);
  const message = 'has no ref, which for Flux is the branch master; name the branch (`ref.branch`) or a tag';
  return [{ severity: 'info', path, message }];
}

/**
 * Only charts from a HelmRepository have a version. Charts from Git or a bucket follow their source, checked on its
 * own.
 */
function checkChart(object: DesiredObject, at: readonly string[]): Breach[] {
  if (specField(object, ...at, 'sourceRef', 'kind') !== 'HelmRepository') return [];
  const version = specField(object, ...at, 'version');
  if (typeof version === 'string' && !ANY_VERSION.test(version.trim())) return [];
  const what = version === undefined ? 'names no version of the chart' : 'takes any version of the chart';
  const why = 'the next major one is installed the day it is published';
  return [warn(object.originOf([...at, 'version']), `${what}: ${why}; name one, or a range such as 9.x`)];
}

function has(ref: Json | undefined, field: string): boolean {
  return nonEmpty(ref, field) !== undefined;
}

function nonEmpty(ref: Json | undefined, field: string): string | undefined {
  const value = textAt(ref, [field]);
  return value === '' ? undefined : value;
}
