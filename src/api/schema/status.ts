import Type, { type Static } from 'typebox';
import { atomicList, label, object, oneOf, text, wholeObject } from './shapes/shapes.ts';

const { Optional } = Type;

const count = (description: string) => Type.Integer({ description, minimum: 0 });
const time = (description: string) => Type.String({ description, format: 'date-time' });

/** What stands between the wanted revision and the one in force, in the order in which it is looked at. */
export const GATES = ['After', 'Window', 'Requires', 'MaxDeletions', 'Approval'] as const;
/** One of {@link GATES}. */
export type GateName = (typeof GATES)[number];

/** A kstatus condition. */
export const Condition = object('One aspect of the state.', {
  type: oneOf(['Ready', 'Reconciling', 'Stalled'], 'The aspect.'),
  status: oneOf(['True', 'False', 'Unknown'], 'Whether it holds.'),
  observedGeneration: Optional(Type.Integer({ description: 'Generation that this is about.', minimum: 0 })),
  lastTransitionTime: time('When `status` last changed.'),
  reason: text('Why, for machines: CamelCase.', 1024),
  message: text('Why, for people.', 32768),
});

/** What a component that is not ready is doing. */
export const COMPONENT_STATES = [
  'Failed',
  'Blocked',
  'Progressing',
  'Pending',
  'Suspended',
  'Ready',
] as const;
/** One of {@link COMPONENT_STATES}; `Ready` occurs in `layers` and `environments` only. */
export type ComponentState = (typeof COMPONENT_STATES)[number];

const ComponentStatus = object('A component that is not ready.', {
  name: text('Name of the component, or of the source or notification item.', 253),
  layer: Optional(label('Its layer.')),
  environment: Optional(label('Its environment.')),
  kind: text('Kind of the object.', 63),
  namespace: text('Namespace of the object.', 63),
  state: oneOf(COMPONENT_STATES, 'What it is doing.'),
  blockedBy: Optional(
    atomicList('What it waits for, root causes first.', text('kind/namespace/name', 400), 20),
  ),
  revision: Optional(text('Revision that was applied last.', 512)),
  message: Optional(text('Why, in the words of Flux or of the API server.', 1024)),
});

const LayerStatus = object('State of a layer.', {
  name: label('Name of the layer.'),
  environment: Optional(label('Its environment.')),
  state: oneOf(COMPONENT_STATES, 'The worst state in it.'),
  ready: count('Components that are ready.'),
  total: count('Components.'),
});

const PlanStatus = wholeObject(
  'What is left to do until the cluster is as the blueprint says; absent when nothing is.',
  {
    digest: text('Digest of the desired objects, or of the change that waits.', 80),
    create: count('Objects to create.'),
    update: count('Objects to change.'),
    delete: count('Objects to delete.'),
    move: Optional(count('Objects whose place another one takes, which are neither created nor deleted.')),
    names: atomicList(
      'The first 100 of these steps, in their order.',
      text('create|update|delete|move kind/namespace/name', 400),
      100,
    ),
  },
);

/** See `core/rollout/in-force.ts`. */
const rolloutFields = {
  revision: Optional(count('Number of the revision in force.')),
  inForce: Optional(
    wholeObject('The revision in force, as far as gates go by it.', {
      digest: text('Digest of its spec.', 80),
      since: Optional(time('When it came in force.')),
      completedAt: Optional(time('When everything was ready with it first.')),
      settledAt: Optional(time('Since when everything has been ready with it.')),
      previous: Optional(count('Number of the one before, to go back to.')),
      failed: Optional(count('Number of the revision that failed, and is not tried again by itself.')),
      earlier: Optional(
        atomicList(
          'Numbers of the revisions that were in force before, and need no new approval.',
          count('A number.'),
          50,
        ),
      ),
    }),
  ),
  waitsFor: Optional(
    wholeObject('What the wanted revision waits for; absent when it is in force.', {
      gate: oneOf(GATES, 'The first gate that is closed.'),
      message: text('What it waits for, for people.', 1200),
      since: time('Since when.'),
      opens: Optional(time('When it opens by itself.')),
    }),
  ),
};

const EnvironmentStatus = object('State of an environment.', {
  name: label('Name of the environment.'),
  state: oneOf(COMPONENT_STATES, 'The worst state in it.'),
  ready: count('Objects that are ready.'),
  total: count('Objects.'),
  ...rolloutFields,
  plan: Optional(PlanStatus),
});

const FindingStatus = object('A finding.', {
  rule: text('The rule.', 63),
  severity: oneOf(['info', 'warning', 'error'], 'How bad it is.'),
  path: text('Where in the blueprint.', 512),
  message: text('What was found, and what to do.', 1024),
});

const WebhookStatus = object('Where a receiver listens.', {
  name: text('Name of the Receiver.', 253),
  namespace: text('Its namespace.', 63),
  path: text('Path of its webhook, below the address of the notification-controller.', 256),
});

const HistoryEntry = object(
  'One version of the desired state, in the form of the history of a Flux Kustomization.',
  {
    digest: text('Digest of the desired objects.', 80),
    generation: Type.Integer({
      description: 'Generation of the blueprint that first asked for it.',
      minimum: 0,
    }),
    firstReconciled: time('When it was first reconciled.'),
    lastReconciled: time('When its status last changed.'),
    lastReconciledStatus: text('Its last status: the reason of the condition Ready.', 63),
  },
);

/**
 * The part of the inventory for one kind: names by namespace, each with its wave. What objects have in common is
 * stored once: with 2000 objects, a list of ids would be as long as the rest of the status.
 */
const InventoryKind = object('Objects of one kind.', {
  apiVersion: text('Version of its API.', 317),
  kind: text('Kind.', 63),
  account: Optional(
    text('Service account that wrote them; left out where the operator wrote them with its own rights.', 253),
  ),
  namespaces: Type.Unsafe<Record<string, Record<string, number>>>({
    type: 'object',
    description:
      'By namespace (empty for cluster-scoped objects) and name: the wave. A wave is created after those before it, and deleted before them.',
    'x-kubernetes-map-type': 'atomic',
    additionalProperties: {
      type: 'object',
      'x-kubernetes-map-type': 'atomic',
      additionalProperties: { type: 'integer', minimum: 0 },
    },
  }),
});

/**
 * The status of a FluxBlueprint. It has Flux's own default: kstatus takes an object without a status for ready, so a
 * Kustomization that waits for a blueprint would not wait for one that no operator has seen yet.
 */
export const Status = Type.Object(
  {
    observedGeneration: Optional(
      Type.Integer({ description: 'Generation that was last reconciled; -1 before the first.', minimum: -1 }),
    ),
    conditions: Optional(
      Type.Array(Condition, {
        description: 'kstatus conditions: Ready, Reconciling, Stalled.',
        maxItems: 10,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['type'],
      }),
    ),
    summary: Optional(
      object('Generated objects by state.', {
        components: text('Ready of all objects, e.g. 12/14.', 32),
        ready: count('Ready.'),
        progressing: count('In progress.'),
        blocked: count('Waiting for other objects.'),
        failed: count('Failed.'),
        suspended: count('Suspended.'),
        total: count('All.'),
      }),
    ),
    layers: Optional(
      atomicList(
        'State of each layer; if there are too many, those that are not ready come first.',
        LayerStatus,
        2000,
      ),
    ),
    components: Optional(
      atomicList('What is not ready, root causes first; the first 100.', ComponentStatus, 100),
    ),
    inventory: Optional(
      atomicList('Every generated object that is not known to be gone, by kind.', InventoryKind, 200),
    ),
    environments: Optional(atomicList('State of each environment.', EnvironmentStatus, 50)),
    ...rolloutFields,
    plan: Optional(PlanStatus),
    history: Optional(
      atomicList('The last five versions of the desired state, the newest first.', HistoryEntry, 5),
    ),
    findings: Optional(
      atomicList('Bad practice that was found, and references to what is missing.', FindingStatus, 200),
    ),
    ageRecipient: Optional(text('Public key of the generated age key pair, to encrypt to.', 128)),
    webhooks: Optional(atomicList('Where the receivers listen.', WebhookStatus, 100)),
    lastAppliedDigest: Optional(text('Digest of the objects that were last applied in full.', 80)),
    lastHandledReconcileAt: Optional(
      text('Last value of reconcile.fluxcd.io/requestedAt that was handled.', 256),
    ),
  },
  { description: 'The observed state.', default: { observedGeneration: -1 } },
);

/** The status as a TypeScript type. */
export type Status = Static<typeof Status>;
/** See {@link Condition}. */
export type Condition = Static<typeof Condition>;
/** See {@link InventoryKind}. */
export type InventoryKind = Static<typeof InventoryKind>;
/** Every generated object that is not known to be gone. */
export type Inventory = InventoryKind[];
/** A finding, as the status holds it. */
export type FindingStatus = Static<typeof FindingStatus>;
/** What is left to do until the cluster is as the blueprint says. */
export type PlanStatus = Static<typeof PlanStatus>;
/** One version of the desired state. */
export type HistoryEntry = Static<typeof HistoryEntry>;
/** The part of a status about the revision in force, of an environment or of a blueprint without them. */
export type RolloutStatus = Pick<Status, 'revision' | 'inForce' | 'waitsFor'>;
/** State of an environment. */
export type EnvironmentStatus = Static<typeof EnvironmentStatus>;
/** A component that is not ready. */
export type ComponentStatus = Static<typeof ComponentStatus>;
/** State of a layer. */
export type LayerStatus = Static<typeof LayerStatus>;
