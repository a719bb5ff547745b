import { fileURLToPath } from 'node:url';

declare const FLUXBLUEPRINT_BUNDLED: boolean | undefined;

/**
 * The file of a program that is started by itself, because the operator's own would load a Kubernetes client first. The
 * bundler puts all of them beside the chunks.
 *
 * @param from the URL of the module that starts the program and lies in the same room
 * @param name the file without its extension
 */
export function programBeside(from: string, name: string): string {
  const bundled = typeof FLUXBLUEPRINT_BUNDLED === 'boolean' && FLUXBLUEPRINT_BUNDLED;
  return fileURLToPath(new URL(`./${name}.${bundled ? 'js' : 'ts'}`, from));
}
