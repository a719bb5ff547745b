/**
 * What Flux's controllers refuse for ever although the schemas of its kinds allow it, as far as a blueprint shows it.
 * Only what surely fails is here; what may fail is a rule of lint. `docs/flux-refusals.md` lists all of it, with what
 * no blueprint can foresee. Each file holds the checks of some kinds; texts are read by `core/grammar`. Begin with
 * {@link checkFlux}.
 */
import { checkSyntax } from '../../../grammar/cel/check-cel.ts';
import { itemPath } from '../../../values/path.ts';
import type { Problems } from '../../../validation/problem.ts';
import { type ComponentItem, type Item, originIn } from '../../model/item.ts';
import { checkHelmRelease, checkKustomization } from './components.ts';
import type { Check } from './found.ts';
import { checkImagePolicy, checkImageRepository, checkImageUpdateAutomation } from './images.ts';
import { checkAlert, checkProvider, checkReceiver } from './notifications.ts';
import { checkReferences } from './references.ts';
import { checkBucket, checkGit, checkHelmRepository, checkOci } from './sources.ts';

/** The checks of a kind, by its name. The names of Flux's kinds are different in all of its groups. */
const CHECKS: Readonly<Partial<Record<string, Check>>> = {
  Alert: checkAlert,
  Bucket: checkBucket,
  GitRepository: checkGit,
  HelmRelease: checkHelmRelease,
  HelmRepository: checkHelmRepository,
  ImagePolicy: checkImagePolicy,
  ImageRepository: checkImageRepository,
  ImageUpdateAutomation: checkImageUpdateAutomation,
  Kustomization: checkKustomization,
  OCIRepository: checkOci,
  Provider: checkProvider,
  Receiver: checkReceiver,
};

/** Refuses an item that a controller of Flux would refuse for ever. It takes time linear in the item's spec. */
export function checkFlux(item: Item, problems: Problems): void {
  if (!item.kind.group.endsWith('.toolkit.fluxcd.io')) return;
  for (const check of [CHECKS[item.kind.kind], checkReferences]) {
    for (const { rule, steps, message } of check?.(item.spec) ?? [])
      problems.addUnlessSaid(rule, originIn(item, steps), message);
  }
}

/** Refuses a `readyExpr` over another object that the grammar does not know, which is the one that Flux has. */
export function checkExpressions(item: Item, problems: Problems): void {
  if (!('external' in item)) return;
  for (const [i, { readyExpr }] of (item as ComponentItem).external.entries()) {
    const wrong = readyExpr === undefined ? undefined : checkSyntax(readyExpr);
    if (wrong !== undefined)
      problems.add('expression', `${itemPath(`${item.path}.dependsOnObjects`, i)}.readyExpr`, wrong);
  }
}
