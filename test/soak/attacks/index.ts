import type { Attack } from '../attack.ts';
import { celMemory } from './cel-memory.ts';
import { celTime } from './cel-time.ts';
import { compileAttacks } from './compile.ts';
import { copies } from './copies.ts';
import { deepNesting } from './deep-nesting.ts';
import { forgedLabels } from './forged-labels.ts';
import { forgedStatus } from './forged-status.ts';
import { heavyEdits } from './heavy-edits.ts';
import { inflatedObjects } from './inflated-objects.ts';
import { inventedKinds } from './invented-kinds.ts';
import { longTexts } from './long-texts.ts';
import { manyProblems } from './many-problems.ts';
import { metadata } from './metadata.ts';
import { storage, storageWithinBounds } from './storage.ts';
import { storm } from './storm.ts';
import { watches } from './watches.ts';

/** Every attack that is known. */
export const ATTACKS: readonly Attack[] = [
  celMemory,
  celTime,
  ...compileAttacks,
  copies,
  deepNesting,
  forgedLabels,
  forgedStatus,
  heavyEdits,
  inflatedObjects,
  inventedKinds,
  longTexts,
  manyProblems,
  metadata,
  storage,
  storageWithinBounds,
  storm,
  watches,
];
