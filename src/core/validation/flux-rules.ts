import type { Json } from '../../api/object.ts';
import { valueAt } from '../values/json.ts';

/** The value that a rule checks. It may have any type, because types are checked separately. */
type Self = Json | undefined;

function at(self: Self, ...steps: string[]): Json | undefined {
  return valueAt(self, steps);
}

function has(self: Self, ...steps: string[]): boolean {
  return at(self, ...steps) !== undefined;
}

function isOneOf(value: Json | undefined, ...words: string[]): boolean {
  return typeof value === 'string' && words.includes(value);
}

function hasItems(value: Json | undefined): boolean {
  return Array.isArray(value) && value.length > 0;
}

/** The provider of a Bucket. Default: that of its CRD. */
function bucketProvider(self: Self): Json {
  return at(self, 'provider') ?? 'generic';
}

/**
 * The CEL rules of Flux's CRDs as predicates, because the core evaluates no CEL. The keys are Flux's own expressions,
 * so that a new release of Flux with a changed rule is noticed: `test/core/validation/flux-rules.test.ts` requires a
 * predicate for every rule.
 */
const FLUX_RULES: ReadonlyMap<string, (self: Self) => boolean> = new Map([
  [
    'has(self.configMapRef) || has(self.secretRef)',
    (self) => has(self, 'configMapRef') || has(self, 'secretRef'),
  ],
  [
    '!has(self.configMapRef) || !has(self.secretRef)',
    (self) => !has(self, 'configMapRef') || !has(self, 'secretRef'),
  ],
  [
    "!has(self.retryInterval) || self.name != 'RemediateOnFailure'",
    (self) => !has(self, 'retryInterval') || at(self, 'name') !== 'RemediateOnFailure',
  ],
  [
    "!has(self.retryInterval) || self.name == 'RetryOnFailure'",
    (self) => !has(self, 'retryInterval') || at(self, 'name') === 'RetryOnFailure',
  ],
  [
    "self.type == 'github' || self.type == 'gitlab' || self.type == 'gitea' || self.type == 'bitbucketserver' || self.type == 'bitbucket' || self.type == 'azuredevops' || !has(self.commitStatusExpr)",
    (self) =>
      !has(self, 'commitStatusExpr') ||
      isOneOf(at(self, 'type'), 'github', 'gitlab', 'gitea', 'bitbucketserver', 'bitbucket', 'azuredevops'),
  ],
  [
    "self.type != 'generic-oidc' || (has(self.oidcProviders) && size(self.oidcProviders) > 0)",
    (self) => at(self, 'type') !== 'generic-oidc' || hasItems(at(self, 'oidcProviders')),
  ],
  [
    "self.type == 'generic-oidc' || !has(self.oidcProviders) || size(self.oidcProviders) == 0",
    (self) => at(self, 'type') === 'generic-oidc' || !hasItems(at(self, 'oidcProviders')),
  ],
  [
    "self.type != 'generic-oidc' || !has(self.secretRef)",
    (self) => at(self, 'type') !== 'generic-oidc' || !has(self, 'secretRef'),
  ],
  [
    "self.type == 'generic-oidc' || has(self.secretRef)",
    (self) => at(self, 'type') === 'generic-oidc' || has(self, 'secretRef'),
  ],
  [
    "self.provider == 'aws' || self.provider == 'generic' || !has(self.sts)",
    (self) => isOneOf(bucketProvider(self), 'aws', 'generic') || !has(self, 'sts'),
  ],
  [
    "self.provider != 'aws' || !has(self.sts) || self.sts.provider == 'aws'",
    (self) => bucketProvider(self) !== 'aws' || !has(self, 'sts') || at(self, 'sts', 'provider') === 'aws',
  ],
  [
    "self.provider != 'generic' || !has(self.sts) || self.sts.provider == 'ldap'",
    (self) =>
      bucketProvider(self) !== 'generic' || !has(self, 'sts') || at(self, 'sts', 'provider') === 'ldap',
  ],
  [
    "!has(self.sts) || self.sts.provider != 'aws' || !has(self.sts.secretRef)",
    (self) => at(self, 'sts', 'provider') !== 'aws' || !has(self, 'sts', 'secretRef'),
  ],
  [
    "!has(self.sts) || self.sts.provider != 'aws' || !has(self.sts.certSecretRef)",
    (self) => at(self, 'sts', 'provider') !== 'aws' || !has(self, 'sts', 'certSecretRef'),
  ],
  [
    "self.provider != 'generic' || !has(self.serviceAccountName)",
    (self) => bucketProvider(self) !== 'generic' || !has(self, 'serviceAccountName'),
  ],
  [
    '!has(self.secretRef) || !has(self.serviceAccountName)',
    (self) => !has(self, 'secretRef') || !has(self, 'serviceAccountName'),
  ],
  [
    "!has(self.serviceAccountName) || (has(self.provider) && (self.provider == 'azure' || self.provider == 'aws'))",
    (self) => !has(self, 'serviceAccountName') || isOneOf(at(self, 'provider'), 'azure', 'aws'),
  ],
  [
    "!has(self.interval) || (has(self.digestReflectionPolicy) && self.digestReflectionPolicy == 'Always')",
    (self) => !has(self, 'interval') || at(self, 'digestReflectionPolicy') === 'Always',
  ],
  [
    "has(self.interval) || !has(self.digestReflectionPolicy) || self.digestReflectionPolicy != 'Always'",
    (self) => has(self, 'interval') || at(self, 'digestReflectionPolicy') !== 'Always',
  ],
  [
    "!has(self.verify) || self.sourceRef.kind == 'HelmRepository'",
    (self) => !has(self, 'verify') || at(self, 'sourceRef', 'kind') === 'HelmRepository',
  ],
]);

/** Whether a value obeys one of Flux's rules. Returns true for an unknown rule, which the API server still enforces. */
export function holdsFluxRule(rule: string, self: unknown): boolean {
  return FLUX_RULES.get(rule)?.(self as Self) ?? true;
}

/** Lists the rules that have a predicate. */
export function knownFluxRules(): string[] {
  return [...FLUX_RULES.keys()];
}
