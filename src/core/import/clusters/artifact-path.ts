import { isObject, own, textAt } from '../../values/json.ts';
import type { SourceObject } from '../read/source-object.ts';
import { folderOf, isWithin, normalizePath } from './paths.ts';

/** A folder of a repository, and where an artifact has it. */
interface Copy {
  from: string;
  to: string;
}

/**
 * The folder of the repository from which an ArtifactGenerator takes what a Kustomization reads from an
 * ExternalArtifact. Undefined where no generator says it.
 */
export function artifactPath(object: SourceObject, all: readonly SourceObject[]): string | undefined {
  const name = textAt(object.spec, ['sourceRef', 'name']);
  const path = normalizePath(textAt(object.spec, ['path']) ?? '');
  if (name === undefined || path === undefined) return undefined;
  const generators = all.filter(({ kind }) => kind === 'ArtifactGenerator');
  // Each cluster may have one of this name.
  const near = generators.filter(({ file }) => folderOf(file) === folderOf(object.file));
  const copies = [...near, ...generators]
    .map((generator) => copiesOf(generator, name))
    .find((found) => found.length > 0);
  const best = (copies ?? [])
    .filter(({ to }) => isWithin(path, to))
    .reduce<Copy | undefined>((a, b) => (a === undefined || b.to.length > a.to.length ? b : a), undefined);
  return best === undefined ? undefined : normalizePath(`${best.from}/${path.slice(best.to.length)}`);
}

/** What a generator copies into the artifact of a name. */
function copiesOf({ spec }: SourceObject, name: string): Copy[] {
  const artifacts = own(spec, 'artifacts');
  const artifact = (Array.isArray(artifacts) ? artifacts : []).find((one) => textAt(one, ['name']) === name);
  const copies = isObject(artifact) ? own(artifact, 'copy') : undefined;
  return (Array.isArray(copies) ? copies : []).flatMap((copy) => {
    const [from, to] = [folderIn(textAt(copy, ['from'])), folderIn(textAt(copy, ['to']))];
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
}

/** The folder in `@alias/folder/**`. */
function folderIn(text: string | undefined): string | undefined {
  const [, rest] = /^@[^/]+\/?(.*)$/.exec(text ?? '') ?? [];
  return rest === undefined ? undefined : normalizePath(rest.replace(/\*\*?$/, ''));
}
