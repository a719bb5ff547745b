import type { Choice } from '../../core/scaffold/choice.ts';

/** The values of the flags of `new`. */
export interface NewOptions extends Omit<Choice, 'sops'> {
  /** True without a key. */
  sops?: string | true;
}
