// The command line was understood and asks for something that cannot be. Exit code 2.

/** `message` names the option, what was given, and what there is to choose from. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
