import type { Json } from '../../../api/object.ts';
import type { DesiredObject } from '../../objects/desired.ts';
import { isObject, own } from '../../values/json.ts';
import type { Breach } from '../model/finding.ts';
import type { LintRule } from '../model/input.ts';
import { specField } from '../model/spec-field.ts';

/**
 * "Versioned: all changes tracked in Git history": a reference that means something else tomorrow without a change
 * in Git. A branch or a range such as `9.x` is a choice that somebody made and is fine; so is any tag but `latest`,
 * for which nobody decides. A GitRepository without `ref` follows Flux's default, the branch master: information,
 * because a repository without it fails at once.
 */
export const mutableRef: LintRule = {
  id: 'mutable-ref',
  find: ({ desired }) => desired.objects.flatMap((object) => JUDGES[object.ref.kind]?.(object) ?? []),
};

const JUDGES: Readonly<Partial<Record<string, (object: DesiredObject) => Breach[]>>> = {
  OCIRepository: judgeOci,
  GitRepository: judgeGit,
  HelmRelease: (object) => judgeChart(object, ['chart', 'spec']),
  HelmChart: (object) => judgeChart(object, []),
};

/** Ranges that any version is in, as Masterminds/semver reads them. */
const ANY_VERSION = /^(?:[*xX](?:\.[*xX]){0,2}|latest|>=?\s*v?0(?:\.0){0,2}(?:-0)?)?$/;

/** What of an OCI `ref` counts, in Flux's order: digest, semver, tag; none of them is the tag latest. */
function judgeOci(object: DesiredObject): Breach[] {
  const remedy = 'name a version (`ref.tag` or `ref.semver`), or a digest';
  const ref = specField(object, 'ref');
  if (has(ref, 'digest')) return [];
  const semver = textAt(ref, 'semver');
  if (semver !== undefined) {
    if (!ANY_VERSION.test(semver.trim())) return [];
    return [
      warning(object.originOf(['ref', 'semver']), `takes any version, even the next major one; ${remedy}`),
    ];
  }
  const tag = textAt(ref, 'tag');
  if (tag !== undefined && tag !== 'latest') return [];
  const what = tag === undefined ? 'has no ref, which for Flux is the tag latest' : 'follows the tag latest';
  const path = object.originOf(tag === undefined ? ['ref'] : ['ref', 'tag']);
  return [
    warning(path, `${what}: what runs changes with no change in Git, and cannot be rolled back; ${remedy}`),
  ];
}

function judgeGit(object: DesiredObject): Breach[] {
  const ref = specField(object, 'ref');
  if (['branch', 'tag', 'semver', 'name', 'commit'].some((field) => has(ref, field))) return [];
  const path = object.originOf(['ref']);
  const message = 'has no ref, which for Flux is the branch master; name the branch (`ref.branch`) or a tag';
  return [{ severity: 'info', path, message }];
}

/** Of a chart from Git or a bucket Flux ignores the version: that source is judged by itself. */
function judgeChart(object: DesiredObject, at: readonly string[]): Breach[] {
  if (specField(object, ...at, 'sourceRef', 'kind') !== 'HelmRepository') return [];
  const version = specField(object, ...at, 'version');
  if (typeof version === 'string' && !ANY_VERSION.test(version.trim())) return [];
  const what = version === undefined ? 'names no version of the chart' : 'takes any version of the chart';
  const why = 'the next major one is installed the day it is published';
  return [warning(object.originOf([...at, 'version']), `${what}: ${why}; name one, or a range such as 9.x`)];
}

function warning(path: string, message: string): Breach {
  return { severity: 'warning', path, message };
}

function has(ref: Json | undefined, field: string): boolean {
  return textAt(ref, field) !== undefined;
}

function textAt(ref: Json | undefined, field: string): string | undefined {
  const value = isObject(ref) ? own(ref, field) : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
