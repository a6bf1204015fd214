// The notifier: tells people of alerts, many at once as one incident.
export { runNotifier, type RunningNotifier } from './run-notifier.ts';
