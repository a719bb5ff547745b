import type { NamespaceOptions } from './input/namespace.ts';

/** The values of the flags of `lint`. */
export interface LintOptions extends NamespaceOptions {
  output: 'text' | 'json' | 'yaml' | 'sarif' | 'github';
  /** The least severity that makes the exit code 1. */
  failOn: 'error' | 'warning' | 'info';
  /** False to print no colours. By default a terminal gets them, unless `NO_COLOR` is set. */
  color: boolean;
}
