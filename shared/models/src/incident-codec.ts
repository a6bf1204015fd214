// The part of a stored device state that says how the model alarms: what led to the next alert, the alert that is open or may be opened again,
// and its pace. Up to version 5 there was an open one only, with a pace of its own for nobody.
//
//   u32 recent, f64 calm | u8 flags (1 open, 2 closed lately, 4 pace, 8 held back)
//   [text alertId | u32 revision, windows | f64 startMs, endMs, score, threshold, pValue | u8 severity, openings, swings]
//   [u32 hour | u8 openings | f64 saidMs | u8 saidLevel, saidDoublings]
import type { AlertPace, Incident, ModelIncident, Severity } from '@tocsin/schemas';
import { textBytes, type ByteReader, type ByteWriter } from './byte-cursor.ts';
import { CodecError } from './codec-error.ts';

const severities: readonly Severity[] = ['warning', 'critical'];
const moments = ['startMs', 'endMs', 'score', 'threshold', 'pValue'] as const;
const fixedBytes = 4 + 8 + 1;
const alertBytes = 2 * 4 + 8 * moments.length + 3;
const paceBytes = 4 + 1 + 8 + 2;
const flags = { open: 1, closed: 2, pace: 4, held: 8 };

/** Most bytes of an incident, without the text of the alert's id. */
export const incidentBytesMax = fixedBytes + textBytes('') + alertBytes + paceBytes;

export function incidentBytes({ open, closed, pace }: Incident): number {
  const told = open ?? closed;
  return fixedBytes + (told === undefined ? 0 : textBytes(told.alertId) + alertBytes) + (pace === undefined ? 0 : paceBytes);
}

export function writeIncident(writer: ByteWriter, { recent, calm, open, closed, pace }: Incident): void {
  const told = open ?? closed;
  writer.u32(recent);
  writer.f64(calm, 'incident.calm');
  const kept = open !== null ? flags.open : closed === undefined ? 0 : flags.closed;
  writer.u8(kept + (pace === undefined ? 0 : flags.pace) + (pace?.isHeld === true ? flags.held : 0));
  if (told !== undefined) writeAlert(writer, told);
  if (pace === undefined) return;
  writer.u32(pace.hour);
  writer.u8(pace.openings);
  writer.f64(pace.saidMs, 'incident.saidMs');
  writer.u8(pace.saidLevel);
  writer.u8(pace.saidDoublings);
}

/** Throws CodecError. `version` is that of the state. */
export function readIncident(reader: ByteReader, version: number): Incident {
  const recent = reader.u32('incident.recent');
  const calm = reader.f64('incident.calm');
  const bits = reader.u8('incident.flags');
  const told = bits & (flags.open | flags.closed) ? readAlert(reader, version) : null;
  const open = bits & flags.open ? told : null;
  const closed = open === null && told !== null ? { closed: told } : {};
  return { recent, calm, open, ...closed, ...(bits & flags.pace ? { pace: readPace(reader, (bits & flags.held) > 0) } : {}) };
}

function writeAlert(writer: ByteWriter, alert: ModelIncident): void {
  writer.text(alert.alertId, 'incident.alertId');
  writer.u32(alert.revision);
  writer.u32(alert.windows);
  for (const name of moments) writer.f64(alert[name], `incident.${name}`);
  writer.u8(severities.indexOf(alert.severity));
  writer.u8(alert.openings ?? 1);
  writer.u8(alert.swings ?? 0);
}

function readAlert(reader: ByteReader, version: number): ModelIncident {
  const alertId = reader.text('incident.alertId');
  const isOld = version < 6;
  const count = (name: string) => (isOld ? reader.f64(name) : reader.u32(name));
  const revision = count('incident.revision');
  const early = isOld ? null : count('incident.windows');
  const [startMs, endMs] = [reader.f64('incident.startMs'), reader.f64('incident.endMs')];
  const windows = early ?? count('incident.windows');
  const [score, threshold, pValue] = moments.slice(2).map((name) => reader.f64(`incident.${name}`));
  const severity = severities[reader.u8('incident.severity')];
  if (severity === undefined) throw new CodecError('malformed', 'incident.severity: expected 0 or 1');
  const alert = { alertId, revision, startMs, endMs, windows, score, threshold, pValue, severity };
  return isOld ? alert : { ...alert, ...readComings(reader, 'incident') };
}

function readPace(reader: ByteReader, isHeld: boolean): AlertPace {
  const count = { hour: reader.u32('incident.hour'), openings: reader.u8('incident.openings') };
  const saidMs = reader.f64('incident.saidMs');
  return {
    ...count,
    isHeld,
    saidMs,
    saidLevel: reader.u8('incident.saidLevel'),
    saidDoublings: reader.u8('incident.saidDoublings'),
  };
}

/** How often something was opened and held back, where that is worth a word. */
export function readComings(reader: ByteReader, name: string): { openings?: number; swings?: number } {
  const [openings, swings] = [reader.u8(`${name}.openings`), reader.u8(`${name}.swings`)];
  return { ...(openings > 1 ? { openings } : {}), ...(swings > 0 ? { swings } : {}) };
}
