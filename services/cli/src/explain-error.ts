// An error in one line for people.

/** The message of an error, or of what is inside where it says nothing itself (Node's connection attempts). Never a stack. */
export function explainError(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(explainError).join('; ');
  const text = error instanceof Error ? error.message : String(error);
  return text === '' && error instanceof Error ? error.name : text;
}
