import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Every write, without its content; reads are not logged. */
const policy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    { level: 'Metadata', verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'] },
    { level: 'None' },
  ],
};

/** One write as the API server logged it (audit.k8s.io/v1). */
export interface AuditedWrite {
  verb: string;
  requestURI: string;
  user: { username: string };
  /** As whom it was made, where that is somebody else. */
  impersonatedUser?: { username: string };
  objectRef?: {
    apiGroup?: string;
    resource?: string;
    subresource?: string;
    namespace?: string;
    name?: string;
  };
  responseStatus?: { code?: number };
}

/** Where the audit log of a control plane stands. */
export function auditLogFile(folder: string): string {
  return join(folder, 'audit.log');
}

/** Writes the audit policy into a control plane's folder; answers the API server's flags for it. */
export async function prepareAudit(folder: string): Promise<Record<string, string>> {
  const policyFile = join(folder, 'audit-policy.json');
  await writeFile(policyFile, JSON.stringify(policy));
  return { 'audit-policy-file': policyFile, 'audit-log-path': auditLogFile(folder) };
}

/** Every write so far, in the order in which they were answered. A last line that is not whole yet is left out. */
export async function readAuditLog(folder: string): Promise<AuditedWrite[]> {
  const lines = (await readFile(auditLogFile(folder), 'utf8')).split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as AuditedWrite);
}
