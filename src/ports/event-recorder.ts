import type { KubeObject } from '../api/object.ts';

/** An event to tell about an object. */
export interface EventInput {
  /** The object it is about; its uid and namespace are used. */
  regarding: KubeObject;
  type: 'Normal' | 'Warning';
  /** CamelCase, at most 128 characters. */
  reason: string;
  /** What was being done, CamelCase. */
  action: string;
  /** At most 1024 bytes are stored; longer notes are cut. Never a secret's value. */
  note: string;
}

/** Records Kubernetes events (events.k8s.io/v1). */
export interface EventRecorder {
  /** Queues the event and returns at once; a failure to store it is logged and never thrown. */
  record(event: EventInput): void;
  /** Resolves when what was queued so far is stored or given up. */
  flush(): Promise<void>;
}
