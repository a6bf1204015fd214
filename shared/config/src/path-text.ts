// How a path in the configuration is written for people.

/** `['transport', 'brokers', 1]` is `transport.brokers[1]`; the whole is `(file)`. */
export function pathText(path: readonly PropertyKey[]): string {
  const text = path.reduce<string>((sum, name) => (typeof name === 'number' ? `${sum}[${name}]` : `${sum}.${String(name)}`), '');
  return text === '' ? '(file)' : text.replace(/^\./, '');
}
