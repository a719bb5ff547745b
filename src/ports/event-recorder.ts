import type { KubeObject } from '../api/object.ts';

/** An event about an object. */
export interface EventInput {
  /** The object that the event is about. */
  regarding: KubeObject;
  type: 'Normal' | 'Warning';
  /** CamelCase, at most 128 characters. */
  reason: string;
  /** What the operator was doing, CamelCase. */
  action: string;
  /** For people; cut to 1024 bytes. It must never hold a secret's value. */
  note: string;
}

/** Records Kubernetes events (events.k8s.io/v1). */
export interface EventRecorder {
  /** Queues the event and returns at once; a failure to store it is logged and never thrown. */
  record(event: EventInput): void;
  /** Resolves when every event queued so far is stored or given up. */
  flush(): Promise<void>;
}
