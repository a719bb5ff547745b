import { Label, MANAGED_BY } from '../../api/names.ts';
import { identifyObject, type KubeObject, type ObjectRef, refOf } from '../../api/object.ts';
import { helmRelease } from '../../core/kinds/helm-release.ts';
import type { BlueprintKey } from '../../core/objects/ownership.ts';
import { type Deployment, deploymentOf, keepDeployment } from '../../core/releases/deployment.ts';
import { type Deployer, Deployments } from '../../core/releases/deployments.ts';
import { equalJson } from '../../core/values/json.ts';
import type { Discovery } from '../../ports/cluster.ts';
import { LocalCopies, type StartWatch } from './copies/local-copies.ts';

/** What a {@link DeploymentWatch} needs. */
export interface DeploymentWatchOptions {
  discovery: Discovery;
  startWatch: StartWatch;
  /** The namespaces to watch; `undefined` stands for all of them. */
  namespaces: readonly (string | undefined)[];
  /** The local copy of a generated object; undefined where there is none. */
  generated: (ref: ObjectRef) => KubeObject | undefined;
  /** Has a blueprint reconciled whose object has come to share, or no longer shares, what it deploys. */
  wake: (blueprint: BlueprintKey) => void;
}

/**
 * Knows which objects deploy the same thing. It hears of generated objects from their own watches, and watches the
 * HelmReleases that nobody generated. Of each object it holds a few hundred bytes, whatever the object says.
 */
export class DeploymentWatch {
  readonly #options: DeploymentWatchOptions;
  readonly #deployments = new Deployments();
  #others: LocalCopies | undefined;

  constructor(options: DeploymentWatchOptions) {
    this.#options = options;
  }

  /** Follows the version of HelmReleases that is served. Call it when that may have changed. */
  follow(): void {
    const { discovery, startWatch, namespaces } = this.#options;
    const { group, kind } = helmRelease;
    const type = discovery.find(group, kind);
    if (equalJson(type, this.#others?.type)) return;
    void this.#others?.stop();
    const target = { labelSelector: `${Label.ManagedBy}!=${MANAGED_BY}`, namespaces, keep: keepOther };
    this.#others =
      type &&
      new LocalCopies({ type, ...target }, startWatch, ({ object }) => {
        this.note(object);
      });
  }

  /** Takes in a change of an object: as its copy is now, because its last change may have come from another watch. */
  note(changed: KubeObject): void {
    const ref = refOf(changed);
    const object = this.#copyOf(ref);
    const { metadata } = object ?? changed;
    const deployment = object === undefined ? undefined : deploymentOf(object);
    for (const { owner } of this.#deployments.set(ref, metadata, deployment))
      if (owner !== undefined) this.#options.wake(owner);
  }

  /** Answers as `Cache.deployments` does. */
  get changes(): number {
    return this.#deployments.changes;
  }

  /** Answers as `Cache.otherDeployer` does. */
  find(blueprint: BlueprintKey, ref: ObjectRef, deployment: Deployment): Deployer | undefined {
    // No change tells that the watch of a kind has ended.
    const isThere = (other: Deployer): boolean => this.#copyOf(other.ref) !== undefined;
    return this.#deployments.find(blueprint, ref, deployment, isThere);
  }

  #copyOf(ref: ObjectRef): KubeObject | undefined {
    return this.#options.generated(ref) ?? this.#others?.get(ref.namespace, ref.name);
  }
}

/** Which object it is, and what it deploys. */
function keepOther(object: KubeObject): KubeObject {
  return keepDeployment(identifyObject(object), object);
}
