import type { KubeObject } from '../../api/object.ts';

/** `config/default`, or `config/lockdown` for clusters with tenants. */
export type Variant = 'default' | 'lockdown';

/** An object of the installation, and in which variants it is. */
export interface Part {
  variants: readonly Variant[];
  object: KubeObject;
}
