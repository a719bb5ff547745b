/** A revision of Flux with the first digits of its digest: `main@sha1:3fa9c2d1`. */
export function shortenRevision(revision: string): string {
  return revision.replace(/(sha(?:1|256|512):[0-9a-f]{8})[0-9a-f]*/, '$1');
}
