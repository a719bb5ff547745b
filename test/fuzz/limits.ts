import type { Score } from './climb.ts';

/** The heap in which every blueprint must compile or be refused, in MB. */
export const HEAP_MB = 128;

/**
 * The most that a blueprint may cost, as a multiple of what a plain one of as many bytes and environments does. What
 * counts is that it is no more for larger blueprints; a search in texts costs more for each byte than reading objects.
 */
export const MOST: Readonly<Score> = { time: 20, memory: 20 };

/** Where finds are kept. */
export const SEEDS = new URL('../core/compile/expense/seeds/', import.meta.url);
