import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Makes V8's collector callable: the function collects the heap of this process now, moves what is left together, and
 * gives the rest back. By itself V8 collects where a heap is nearly full, and keeps most of what it emptied.
 */
export function exposeCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: object) => void;
  return () => {
    collect({ type: 'major', flavor: 'last-resort' });
  };
}
