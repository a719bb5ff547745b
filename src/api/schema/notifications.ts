import Type from 'typebox';
import { alertFields, providerFields, receiverFields } from './blocks/notification.ts';
import { Bound } from './shapes/bounds.ts';
import { itemFields } from './item.ts';
import { atMostOneOf } from './shapes/rule.ts';
import { label, namedList, object, optional, set } from './shapes/shapes.ts';

const { Optional } = Type;

const notificationItem = {
  name: label('Name of the object.'),
  objectName: itemFields.objectName,
  namespace: Optional(label('Namespace of the generated object. Default: the namespace of the blueprint.')),
  metadata: itemFields.metadata,
};

const open = { 'x-kubernetes-preserve-unknown-fields': true } as const;

/** One provider; every other field is one of Flux's Provider. */
export const ProviderItem = Type.Object(
  { ...notificationItem, ...optional(providerFields), type: providerFields.type },
  { description: 'Where notifications go (Flux Provider). Takes every field of its spec.', ...open },
);

interface AlertUnion {
  eventSources?: unknown;
  layers?: unknown;
  environments?: unknown;
}

/** One alert; every other field is one of Flux's Alert. */
export const AlertItem = Type.Object(
  {
    ...notificationItem,
    ...optional(alertFields),
    providerRef: alertFields.providerRef,
    layers: Optional(
      set('Listen only to what these layers generate.', label('Name of a layer.'), Bound.Layers),
    ),
    environments: Optional(
      set(
        'Listen only to what these environments generate.',
        label('Name of an environment.'),
        Bound.Environments,
      ),
    ),
  },
  {
    description: 'What to notify about (Flux Alert). Takes every field of its spec.',
    ...open,
    'x-kubernetes-validations': [
      atMostOneOf<AlertUnion>(['eventSources', 'layers'], 'an alert'),
      atMostOneOf<AlertUnion>(['eventSources', 'environments'], 'an alert'),
    ],
  },
);

/** One receiver; every other field is one of Flux's Receiver. */
export const ReceiverItem = Type.Object(
  { ...notificationItem, ...optional(receiverFields), type: receiverFields.type },
  {
    description: 'A webhook that has Flux reconcile at once (Flux Receiver). Takes every field of its spec.',
    ...open,
  },
);

/** `notifications`. */
export const Notifications = object('Who is notified of what, and webhooks for Flux.', {
  providers: Optional(namedList('Where notifications go.', ProviderItem, Bound.Notifications)),
  alerts: Optional(namedList('What to notify about.', AlertItem, Bound.Notifications)),
  receivers: Optional(
    namedList('Webhooks that have Flux reconcile at once.', ReceiverItem, Bound.Notifications),
  ),
});
