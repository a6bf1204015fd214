// The scorer put together from its parts: one reader of telemetry, followers of announced bundles and of labels, one writer.
import { createExtractor, createFeatureSpec } from '@tocsin/features';
import type { PublicKey } from '@tocsin/models';
import {
  type DeviceClass,
  type FeatureSpec,
  type LogMessage,
  type TelemetryDecoder,
  type TelemetryMapping,
} from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { LogReader, ReaderStatus, SchemaRegistry, Transport } from '@tocsin/transport';
import { createWindowScratch } from '@tocsin/windows';
import { everyInterval, type Every } from './beat-while.ts';
import { bundlesInUse, type DevicesByBundle } from './bundles-in-use.ts';
import { classesDigest } from './classes-digest.ts';
import { createDecide } from './decide.ts';
import { createDecode } from './decode.ts';
import { createExtract } from './extract.ts';
import { createFoldLabels } from './fold-labels.ts';
import { createFollowAnnouncements } from './follow-announcements.ts';
import { createFollowLabels } from './follow-labels.ts';
import { createGuard, type OnHeld } from './guard.ts';
import { createInitialisations, type Initialisations } from './initialisations.ts';
import { createLabelBook, type LabelBook } from './label-book.ts';
import type { KeepWindow } from './keep-windows.ts';
import { createDeviceLoader, type ClassParts } from './load-devices.ts';
import type { Meter } from './meter.ts';
import { createNoteConflict } from './note-conflicts.ts';
import { createNoteLate } from './note-late.ts';
import { createNoteRejection } from './note-rejections.ts';
import type { OutputTopics } from './outputs.ts';
import { createPipeline } from './pipeline.ts';
import { createBatchHandler } from './process-batch.ts';
import type { OnBlock } from './quarantine.ts';
import { score } from './score.ts';
import { createSettleBundles } from './settle-bundles.ts';
import { createStoreDevices } from './store-devices.ts';
import type { OnUndone } from './take-back.ts';
import { createTeach } from './teach.ts';
import { watermarkDelays } from './watermark-delays.ts';
import { createWriterSchemas } from './writer-schemas.ts';

export type ScorerOptions = {
  transport: Transport;
  state: StateStore;
  registry: SchemaRegistry | null;
  classes: readonly DeviceClass[];
  topics: OutputTopics & { telemetry: readonly string[]; models: string; labels: string };
  /** Field mapping for schemas of the registry, where the producer's are not Tocsin's own. */
  mapping?: TelemetryMapping | undefined;
  /** Decoder of records without a header; Tocsin's own schema unless given. */
  plainDecoder?: TelemetryDecoder | undefined;
  /** Keys of those whose bundles are used; anybody's unless given. */
  trusted?: readonly PublicKey[];
  groupId: string;
  /** Distinguishes this process: every scorer follows all announcements. */
  instanceId: string;
  commitEveryMs: number;
  /** Devices that a partition may hold in memory; records of further ones are refused. Default 20,000. */
  devicesMax?: number;
  /** Records walked between two sends, default 500. */
  sliceRecords?: number;
  /** How long a store or broker may be away before the batch is given up, milliseconds. */
  giveUpMs: number;
  /** Keeps the samples of windows that open an alert; unless given nobody does. */
  keepWindow?: KeepWindow;
  meter: Meter;
  note: LogMessage;
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Interval timers, of real time unless given. */
  every?: Every;
};

export type Scorer = {
  /** Loads the current bundles and begins to read; resolves once both readers run. */
  start(): Promise<void>;
  /** Ends the batch in flight, leaves the groups, sends nothing more. */
  stop(): Promise<void>;
  status(): {
    telemetry: ReaderStatus;
    models: ReaderStatus;
    labels: ReaderStatus;
    devices: number;
    held: ReadonlyMap<string, number>;
    /** Versions in use, by class; 0 for none. */
    initialisations: Record<string, number>;
    canaries: Record<string, number>;
    /** Devices held, by class and by what they are scored under. */
    devicesByBundle: Record<string, DevicesByBundle>;
  };
  /** Seconds by which devices are behind the clock, by class, in ascending order. */
  watermarkDelays(): ReadonlyMap<string, readonly number[]>;
};

/** A twentieth of a session as it is by default. */
const walkMaxMs = 1000;

export function createScorer(options: ScorerOptions): Scorer {
  const { transport, topics, note, groupId, now, sleep } = options;
  const parts = new Map(options.classes.map((deviceClass) => [deviceClass.name, classParts(deviceClass)]));
  const initialisations = createScorerInitialisations(options, parts);
  const book = createLabelBook();
  const handler = createHandler(options, parts, initialisations, book);
  const telemetry = transport.reader({ groupId, topics: topics.telemetry, onAssigned: handler.keepOnly });
  const models = transport.reader({ groupId: `${groupId}.models.${options.instanceId}`, topics: [topics.models] });
  const labels = transport.reader({ groupId: `${groupId}.labels.${options.instanceId}`, topics: [topics.labels] });

  return {
    async start() {
      await initialisations.load();
      const wait = { now, sleep, onWaiting: onWaiting(note) };
      await models.run(createFollowAnnouncements(initialisations, options.every ?? everyInterval, wait, note));
      await labels.run(createFollowLabels(book, options.state, options.meter, note));
      await telemetry.run(handler);
    },
    async stop() {
      await Promise.all([telemetry.stop(), models.stop(), labels.stop()]);
    },
    status: () => ({
      ...readerStatus(telemetry, models, labels),
      ...bundlesInUse([...parts.keys()], initialisations, handler.partitions.values()),
      devices: [...handler.partitions.values()].reduce((sum, partition) => sum + partition.devices.size, 0),
      held: new Map([...handler.partitions].map(([key, { next, committed }]) => [key, Math.max(0, next - committed)])),
    }),
    watermarkDelays: () => watermarkDelays(handler.partitions.values(), options.now()),
  };
}

type Parts = ClassParts & { spec: FeatureSpec };

function classParts(deviceClass: DeviceClass): Parts {
  const spec = createFeatureSpec(deviceClass);
  return { deviceClass, spec, specHash: spec.hash, d: spec.elements.length, scratch: createWindowScratch(deviceClass) };
}

function createScorerInitialisations(options: ScorerOptions, parts: ReadonlyMap<string, Parts>): Initialisations {
  const specHashes = new Map([...parts].map(([name, { specHash }]) => [name, specHash]));
  const onAdoption: Parameters<typeof createInitialisations>[2] = ({ deviceClass, version, share }, adoption) => {
    options.meter.adoption(deviceClass, version, adoption);
    const isUsual = adoption === 'adopted' || adoption === 'tried' || adoption === 'withdrawn';
    const fields = { deviceClass, version, ...(share === undefined ? {} : { share }) };
    options.note(isUsual ? 'info' : 'warn', `initialisation ${adoption}`, fields);
  };
  return createInitialisations(options.state, specHashes, onAdoption, options.note, options.trusted);
}

function createHandler(
  options: ScorerOptions,
  parts: ReadonlyMap<string, Parts>,
  initialisations: Initialisations,
  book: LabelBook,
) {
  const { classes, state, registry, meter, note, now, sleep, giveUpMs } = options;
  const byName = new Map(classes.map((deviceClass) => [deviceClass.name, deviceClass]));
  const schemas = registry === null ? null : createWriterSchemas(registry, options.mapping, now, note);
  const extractors = new Map([...parts].map(([name, { spec }]) => [name, createExtractor(spec)]));
  const specs = new Map([...parts].map(([name, { spec }]) => [name, spec]));
  const onBlock: OnBlock = (device, outcome) => meter.block(device.deviceClass.name, outcome);
  const onHeld: OnHeld = (device) => meter.closingHeld(device.deviceClass.name);
  return createBatchHandler({
    pipeline: createPipeline({
      decode: createDecode(byName, schemas, options.plainDecoder),
      extract: createExtract(extractors),
      score,
      guard: createGuard(specs, onHeld),
      decide: createDecide(
        specs,
        (device, reason) => meter.untaught(device.deviceClass.name, reason),
        onBlock,
        createOnUndone(options),
        onHeld,
      ),
      teach: createTeach(onBlock),
      keep: options.keepWindow,
    }),
    schemas,
    loadDevices: createDeviceLoader(state, parts, meter, note),
    settleBundles: createSettleBundles(initialisations, meter, note),
    foldLabels: createFoldLabels(book, meter),
    storeDevices: createStoreDevices(state, meter.conflicts),
    writer: options.transport.writer(),
    topics: options.topics,
    meter,
    noteRejection: createNoteRejection(note, now),
    noteLate: createNoteLate(note, now),
    noteConflict: createNoteConflict(note, now, meter),
    sliceRecords: options.sliceRecords ?? 500,
    walkMaxMs,
    every: options.every ?? everyInterval,
    commitEveryMs: options.commitEveryMs,
    devicesMax: options.devicesMax ?? 20_000,
    classes: classesDigest(classes),
    sweepMs: Math.max(1000, Math.min(...classes.map(({ idleMs, guards }) => Math.min(idleMs, guards.silentMs ?? idleMs))) / 4),
    wait: { now, sleep, giveUpMs },
    onWaiting: onWaiting(note),
  });
}

function onWaiting(note: LogMessage): (error: unknown, attempt: number) => void {
  return (error, attempt) => note('warn', 'waiting for the world to come back', { attempt, error: String(error) });
}

/** Said where it happens, and again where the window is computed again. */
function createOnUndone({ meter, note }: Pick<ScorerOptions, 'meter' | 'note'>): OnUndone {
  return ({ state, deviceClass }, { kind, windows, over }) => {
    meter.undone(deviceClass.name, kind);
    const what = kind === 'bundle' ? { refused: state.changes?.refused, modelVersion: state.modelVersion } : {};
    const fields = { deviceId: state.deviceId, deviceClass: deviceClass.name, windows, over, ...what };
    note('warn', `alarms of a device had jumped since its last ${kind}, which was taken back`, fields);
  };
}

function readerStatus(telemetry: LogReader, models: LogReader, labels: LogReader) {
  return { telemetry: telemetry.status(), models: models.status(), labels: labels.status() };
}
