import { Label } from '../../../api/names.ts';
import { checkObjectName } from '../../grammar/names.ts';
import type { MetadataBlock } from '../../../api/schema/spec.ts';
import { quote } from '../../validation/describe-value.ts';
import { isObject, own } from '../../values/json.ts';
import { fieldPath } from '../../values/path.ts';
import type { Problems } from '../../validation/problem.ts';
import { isFluxKind } from '../../kinds/flux-schema.ts';
import { type Item, originIn } from '../model/item.ts';

/** The labels by which the operator finds its objects. */
const RESERVED: ReadonlySet<string> = new Set(Object.values(Label));

/**
 * The form of qualified names and label values, as Kubernetes checks them (`k8s.io/apimachinery/pkg/util/validation`).
 */
const NAME = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
/** The longest name of a key, and value of a label, in characters. */
const MAX_NAME = 63;
/** The most that the annotations of an object may take together, in bytes (`TotalAnnotationSizeLimitB`). */
const MAX_ANNOTATIONS = 256 * 1024;

/**
 * Refuses labels and annotations that the API server would refuse, and labels that belong to the operator. They were
 * written at `path`.
 */
export function checkMetadata(metadata: MetadataBlock | undefined, path: string, problems: Problems): void {
  checkLabels(metadata?.labels ?? {}, `${path}.labels`, problems);
  checkAnnotations(metadata?.annotations ?? {}, `${path}.annotations`, problems);
}

/**
 * {@link checkMetadata} for `commonMetadata` of a Kustomization or HelmRelease, which Flux sets on all that it deploys,
 * so that the operator's labels mean nothing there. Values that are no text are left to the schema.
 */
export function checkDeployedMetadata(item: Item, problems: Problems): void {
  const metadata = isFluxKind(item.kind) ? own(item.spec, 'commonMetadata') : undefined;
  if (!isObject(metadata)) return;
  const path = originIn(item, ['commonMetadata']);
  checkLabels(textsOf(own(metadata, 'labels')), `${path}.labels`, problems, new Set());
  checkAnnotations(textsOf(own(metadata, 'annotations')), `${path}.annotations`, problems);
}

function textsOf(fields: unknown): Record<string, string> {
  if (!isObject(fields)) return {};
  const texts = Object.entries(fields).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}

function checkLabels(
  labels: Readonly<Record<string, string>>,
  path: string,
  problems: Problems,
  reserved = RESERVED,
): void {
  for (const [name, value] of Object.entries(labels)) {
    const at = fieldPath(path, name);
    if (reserved.has(name)) problems.add('reserved-label', at, "is the operator's own label: leave it out");
    checkKey(name, at, 'a label', problems);
    if (value === '' || (value.length <= MAX_NAME && NAME.test(value))) continue;
    problems.add(
      'pattern',
      at,
      `${quote(value)} is no value of a label: at most ${MAX_NAME} letters, digits, \`-\`, \`_\` and \`.\`, with a letter or digit at both ends`,
    );
  }
}

function checkAnnotations(
  annotations: Readonly<Record<string, string>>,
  path: string,
  problems: Problems,
): void {
  let size = 0;
  for (const [name, value] of Object.entries(annotations)) {
    checkKey(name, fieldPath(path, name), 'an annotation', problems);
    size += new TextEncoder().encode(name + value).length;
  }
  if (size > MAX_ANNOTATIONS)
    problems.add('too-long', path, `have ${size} bytes together; at most ${MAX_ANNOTATIONS} are allowed`);
}

function checkKey(key: string, path: string, what: string, problems: Problems): void {
  const slash = key.indexOf('/');
  const name = key.slice(slash + 1);
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  // A prefix has the form of an object's name (RFC 1123).
  const isPrefix = prefix === undefined || checkObjectName(prefix) === undefined;
  if (isPrefix && name.length <= MAX_NAME && NAME.test(name)) return;
  problems.add(
    'pattern',
    path,
    `is no name of ${what}: at most ${MAX_NAME} letters, digits, \`-\`, \`_\` and \`.\`, where a domain and a slash may stand before, e.g. example.com/team`,
  );
}
