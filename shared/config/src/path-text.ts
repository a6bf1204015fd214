// How a path in the configuration is written for people.

/** `['transport', 'brokers', 1]` is `transport.brokers[1]`; the whole is `(file)`, and a name of no letters `''`. */
export function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '(file)';
  const parts = path.map((name) => (typeof name === 'number' ? `[${name}]` : `.${name === '' ? "''" : String(name)}`));
  return parts.join('').replace(/^\./, '');
}
