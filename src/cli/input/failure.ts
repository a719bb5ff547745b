/** An input that could not be read. */
export interface Failure {
  /** Its name for messages. */
  input: string;
  /** Why, and what to do if that is not plain. */
  why: string;
  /** Whether there is nothing of that name. */
  missing?: boolean;
}

/** Says that there is nothing of a name. */
export class MissingError extends Error {}

/** What an error says. */
export function explainError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
