import type { ComponentState } from '../../api/schema/status.ts';
import type { TreeNode } from '../text/tree.ts';

/** The symbols of the states of objects, in every tree. */
export const STATE_SYMBOLS: Readonly<Record<ComponentState, TreeNode['symbol']>> = {
  Ready: { text: '✔', look: 'good' },
  Failed: { text: '✗', look: 'bad' },
  Blocked: { text: '◎', look: 'warning' },
  Progressing: { text: '◎', look: 'warning' },
  Pending: { text: '◎', look: 'faint' },
  Suspended: { text: '◎', look: 'faint' },
};
