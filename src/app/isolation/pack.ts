import { serialize } from 'node:v8';

/**
 * What an isolated process is asked, in the form in which it is sent, so that its size is known before. Undefined where
 * it nests too deeply: the serializer recurses, and exhausts its stack.
 */
export function pack(...question: readonly unknown[]): Buffer | undefined {
  try {
    return serialize(question);
  } catch {
    return undefined;
  }
}
