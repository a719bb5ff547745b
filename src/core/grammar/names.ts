import { DNS_LABEL } from '../../api/schema/shapes/shapes.ts';

const LABEL = new RegExp(DNS_LABEL);
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** Says why no namespace can have this name. */
export function checkNamespaceName(text: string): string | undefined {
  return text.length <= 63 && LABEL.test(text)
    ? undefined
    : 'is no name of a namespace: at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends';
}

/** Says why no object can have this name. Objects of most kinds may have dots in it (RFC 1123). */
export function checkObjectName(text: string): string | undefined {
  return text.length <= 253 && SUBDOMAIN.test(text)
    ? undefined
    : 'is no name of an object: at most 253 lower-case letters, digits, hyphens and dots, with a letter or digit at both ends and around each dot';
}

/** Says why Helm refuses the name of a release (`ValidateReleaseName` of Helm 4). */
export function checkReleaseName(text: string): string | undefined {
  return text.length <= 53 && SUBDOMAIN.test(text)
    ? undefined
    : 'is no name of a Helm release: at most 53 lower-case letters, digits, hyphens and dots, with a letter or digit at both ends and around each dot';
}

/** Says why source-controller refuses the name of a chart in a Helm repository (`RemoteReference.Validate`). */
export function checkChartName(text: string): string | undefined {
  return /^[-a-z0-9]/.test(text) && /^[-a-z0-9/.]+$/.test(text) && !/\/\/|\.\.|\.\//.test(text)
    ? undefined
    : 'is no name of a chart in a Helm repository: lower-case letters, digits, hyphens, and single slashes and dots between them';
}
