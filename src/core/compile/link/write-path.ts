import type { SourceUse } from '../../kinds/kind.ts';
import type { Problems } from '../../validation/problem.ts';
import { own } from '../../values/json.ts';
import { type ComponentItem, recordDerived, writtenBlock } from '../model/item.ts';

/**
 * Writes the `path` of a component into its spec, unless its block names one. Without any path it is that of the layer,
 * or with `atRoot` Flux's own default, the root of the source. Refuses a path where the kind has none.
 */
export function writePath(
  component: ComponentItem,
  use: SourceUse,
  atRoot: boolean,
  problems: Problems,
): void {
  const { component: written } = component.written;
  if (!use.hasPath) {
    // Only the component's own path is refused: that of a layer is meant for those of its components that have one.
    if (written.path !== undefined)
      problems.add('misplaced', `${component.path}.path`, `a ${component.kind.kind} has no path`);
    return;
  }
  const block = writtenBlock(component);
  if (block !== undefined && own(block, 'path') !== undefined) {
    if (written.path !== undefined) {
      problems.add(
        'both-forms',
        `${component.path}.path`,
        `stands beside \`${component.kind.block}.path\`: keep one of the two`,
      );
    }
    return;
  }
  if (written.path !== undefined) setPath(component, written.path, component.path);
  else if (!atRoot) setDefaultPath(component);
}

/** Sets the path that follows from the layer. Only a path that the layer names wins over an inherited one. */
function setDefaultPath(component: ComponentItem): void {
  const { component: written, layer, layerPath } = component.written;
  if (own(component.spec, 'path') !== undefined && layer.path === undefined) return;
  setPath(component, defaultPath(written.name, layer), layer.path === undefined ? component.path : layerPath);
}

/** Sets `path`, and records that the item at `from` asked for it. */
function setPath(component: ComponentItem, path: string, from: string): void {
  component.spec['path'] = path;
  recordDerived(component, { at: ['path'], path: `${from}.path` });
}

function defaultPath(name: string, layer: ComponentItem['written']['layer']): string {
  if (layer.components === undefined) return `./${layer.name}`;
  return `${withoutTrailingSlashes(layer.path ?? `./${layer.name}`)}/${name}`;
}

/** A regular expression would begin anew at every slash of a text that is full of them. */
function withoutTrailingSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}
