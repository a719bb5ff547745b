import { splitApiVersion } from '../../api/object.ts';
import { ClusterError } from '../../ports/cluster.ts';

/** The parts of a URL of the Kubernetes API. */
export interface ResourcePath {
  /** `v1` or `group/version`. */
  apiVersion: string;
  /** The plural, lower-case name of the type. */
  plural: string;
  /** Absent for a cluster-scoped object, and for a list of all namespaces. */
  namespace?: string | undefined;
  /** Absent for a list and a create. */
  name?: string | undefined;
  subresource?: 'status';
}

/**
 * The path of an object or a collection, percent-encoded. Throws a {@link ClusterError} with reason BadRequest for a
 * name that cannot be a path segment, because such a path would lead to a different object.
 */
export function toResourcePath({ apiVersion, plural, namespace, name, subresource }: ResourcePath): string {
  const { group, version } = splitApiVersion(apiVersion);
  const segments = group === '' ? ['api', version] : ['apis', group, version];
  if (namespace !== undefined) segments.push('namespaces', namespace);
  segments.push(plural);
  if (name !== undefined) segments.push(name);
  if (subresource !== undefined) segments.push(subresource);
  return segments.map((segment) => `/${encodeSegment(segment)}`).join('');
}

/** Follows apimachinery's `path.IsValidPathSegmentName`, the rule of the API server and of client-go. */
function encodeSegment(segment: string): string {
  if (segment === '' || segment === '.' || segment === '..' || /[/%]/.test(segment)) {
    throw new ClusterError('BadRequest', `${JSON.stringify(segment)} cannot be a part of an object's path`);
  }
  return encodeURIComponent(segment);
}
