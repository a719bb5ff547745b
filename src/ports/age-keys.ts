/** An age key pair. */
export interface AgeKeyPair {
  /** The private key, `AGE-SECRET-KEY-1…`. It goes into a Secret and nowhere else. */
  identity: string;
  /** The public key, `age1…`. */
  recipient: string;
}

/** Makes and reads age keys. */
export interface AgeKeys {
  /** Makes a new key pair. */
  generate(): Promise<AgeKeyPair>;
  /** The public key that belongs to a private key; rejects when `identity` is not a private key. */
  recipientOf(identity: string): Promise<string>;
}
