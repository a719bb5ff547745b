/**
 * The way to a folder from the root, without `.`, `..` and slashes at its ends. `..` stops at the root, as in Flux.
 */
export function plainWay(folder: string): string {
  const steps: string[] = [];
  for (const step of folder.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
}
