import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { Certificate } from './http-server.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** As long as the certificates of controller-runtime, in days. */
const LIFETIME_DAYS = 365;

const DAY_MS = 86_400_000;

/**
 * Makes a self-signed certificate for `localhost`: it encrypts, and does not authenticate the server. It is valid for a
 * year from one hour before `now` (milliseconds since the epoch), for clients whose clocks are slow.
 */
export async function makeSelfSigned(now: number): Promise<Certificate> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const notBefore = new Date(now - 3_600_000);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=fluxblueprint',
      notBefore,
      notAfter: new Date(notBefore.getTime() + LIFETIME_DAYS * DAY_MS),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension([
          { type: 'dns', value: 'localhost' },
          { type: 'ip', value: '127.0.0.1' },
        ]),
      ],
    },
    webcrypto,
  );
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const lines = pkcs8.match(/.{1,64}/g) ?? [];
  const key = ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n');
  return { cert: certificate.toString('pem'), key };
}
