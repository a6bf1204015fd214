// Cuts the small recorded fleets that `tocsin demo` shows from the full data sets: `node scripts/make-demo-data.mjs --from DIR`.
// Needs the full sets only to make the excerpts anew; the excerpts themselves lie in services/simulator/data.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';

/** Enough windows of 1,024 to learn from and be judged on, and small enough for a clone. Both parts are cut at their beginning. */
const gearbox = { healthyRows: 20_000, brokenRows: 14_000, trainRows: 10_000, channels: ['a1', 'a2'] };
/** One sub-fleet (one operating condition, one fault mode); engines in the order of their number. */
const cmapss = { group: 'FD001', engines: { 'meta-train': 22, 'meta-validation': 4, 'meta-test': 4 } };

/**
 * @typedef {{ id: string, group: string, file: string, rows: number, trainRows: number, anomalyRows: number, split: string,
 *   meta: { scale: number[] } & Record<string, unknown> } & Record<string, unknown>} Device
 * @typedef {{ name: string, channels: string[], devices: Device[], excerpt: string } & Record<string, string>} Manifest
 * @typedef {{ anomalies: [number, number][], ignore?: [number, number][] }} Labels
 */

const { values } = parseArgs({
  options: { from: { type: 'string' }, to: { type: 'string', default: join(import.meta.dirname, '../services/simulator/data') } },
});
if (values.from === undefined) throw new Error('--from: missing, expected the folder with the full data sets');
const from = values.from;
const to = values.to;

const sets = [cutGearbox(), cutCmapss()];
writeJson(join(to, 'index.json'), { datasets: sets.map(indexEntry) });

/** @returns {Manifest} */
function cutGearbox() {
  const { manifest, labels } = openSet('gearbox');
  const { healthyRows, brokenRows, trainRows, channels } = gearbox;
  const kept = channels.map((channel) => manifest.channels.indexOf(channel));
  const rows = healthyRows + brokenRows;
  const devices = byId(manifest.devices).map((device) => {
    const raw = readDevice('gearbox', device);
    const source = new Int16Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
    const brokenFrom = labels[device.id].anomalies[0][0];
    const cut = new Int16Array(rows * kept.length);
    for (let row = 0; row < rows; row++) {
      const sourceRow = row < healthyRows ? row : brokenFrom + row - healthyRows;
      kept.forEach((channel, c) => (cut[row * kept.length + c] = source[sourceRow * manifest.channels.length + channel]));
    }
    writeDevice('gearbox', device, Buffer.from(cut.buffer));
    const meta = { ...device.meta, scale: kept.map((channel) => device.meta.scale[channel]) };
    return { ...device, rows, trainRows, anomalyRows: brokenRows, meta };
  });
  const cutLabels = Object.fromEntries(devices.map(({ id }) => [id, { anomalies: [[healthyRows, rows]] }]));
  const excerpt = `channels ${channels.join(' and ')} of 4; of each recording the first ${healthyRows} healthy and the first ${brokenRows} broken-tooth rows; values unchanged`;
  return writeSet('gearbox', { ...manifest, channels, excerpt, anomaly: 'broken tooth', devices }, cutLabels);
}

/** @returns {Manifest} */
function cutCmapss() {
  const { manifest, labels } = openSet('cmapss');
  const members = byId(manifest.devices).filter((device) => device.group === cmapss.group);
  const chosen = Object.entries(cmapss.engines).flatMap(([split, count]) =>
    members.filter((d) => d.split === split).slice(0, count),
  );
  const devices = byId(chosen);
  for (const device of devices) writeDevice('cmapss', device, readDevice('cmapss', device));
  const excerpt = `${devices.length} of the 100 engines of ${cmapss.group}; rows and values unchanged`;
  return writeSet(
    'cmapss',
    { ...manifest, excerpt, anomaly: 'worn out', devices },
    Object.fromEntries(devices.map(({ id }) => [id, labels[id]])),
  );
}

/** @param {string} name @returns {{ manifest: Manifest, labels: Record<string, Labels> }} */
function openSet(name) {
  rmSync(join(to, name), { recursive: true, force: true });
  return { manifest: readJson(join(from, name, 'manifest.json')), labels: readJson(join(from, name, 'labels.json')) };
}

/** @param {string} name @param {Manifest} manifest @param {object} labels */
function writeSet(name, manifest, labels) {
  const { devices, ...about } = manifest;
  const splits = countBy(devices.map((device) => device.split));
  const whole = { ...about, deviceCount: devices.length, splits, devices };
  writeJson(join(to, name, 'manifest.json'), whole);
  writeJson(join(to, name, 'labels.json'), labels);
  writeFileSync(join(to, name, 'NOTICE'), notice(manifest));
  return whole;
}

/** @param {Manifest} manifest */
function notice({ title, sourceRepo, sourceCommit, licence, citation, excerpt }) {
  const original =
    'Also changed before: column names, a time axis where the source has none, int16 quantisation of vibration (1/32760 of';
  return [
    title,
    '',
    `Source:    ${sourceRepo}`,
    `Commit:    ${sourceCommit}`,
    `Licence:   ${licence}`,
    `Citation:  ${citation}`,
    `Excerpt:   ${excerpt}`,
    '',
    `${original} full scale), number rounding, weak labels where the source has none.`,
    "This folder stays under its source's licence, not under the licence of the programs around it.",
    '',
  ].join('\n');
}

/** @param {Manifest & Record<string, unknown>} manifest */
function indexEntry(manifest) {
  const { name, title, domain, format, licence, sourceRepo, samplingRateHz, channels, deviceCount, splits, devices } = manifest;
  const rows = devices.reduce((sum, device) => sum + device.rows, 0);
  const anomalyRows = devices.reduce((sum, device) => sum + device.anomalyRows, 0);
  const channelCount = channels.length;
  return {
    name,
    dir: name,
    title,
    domain,
    format,
    licence,
    sourceRepo,
    samplingRateHz,
    channelCount,
    deviceCount,
    splits,
    rows,
    anomalyRows,
  };
}

/** @param {string} name @param {Device} device */
function readDevice(name, device) {
  return gunzipSync(readFileSync(join(from, name, device.file)));
}

/** @param {string} name @param {Device} device @param {Uint8Array} bytes */
function writeDevice(name, device, bytes) {
  const path = join(to, name, device.file);
  mkdirSync(dirname(path), { recursive: true });
  const packed = gzipSync(bytes, { level: 9 });
  // The header names the operating system; "unknown" makes the same bytes everywhere.
  packed[9] = 255;
  writeFileSync(path, packed);
}

/** @param {Device[]} devices */
function byId(devices) {
  return devices.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** @param {string[]} names */
function countBy(names) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** @param {string} path @param {unknown} value */
function writeJson(path, value) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 1)}\n`);
}
