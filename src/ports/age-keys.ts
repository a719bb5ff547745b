/** An age key pair. */
export interface AgeKeyPair {
  /** The private key, `AGE-SECRET-KEY-1…`. Goes into a Secret and nowhere else. */
  identity: string;
  /** The public key, `age1…`. */
  recipient: string;
}

/** Makes and reads age keys. */
export interface AgeKeys {
  generate(): Promise<AgeKeyPair>;
  /** The public key of a private one; rejects when it is none. */
  recipientOf(identity: string): Promise<string>;
}
