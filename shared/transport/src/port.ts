// The log port: what the line needs of Kafka. Two implementations (kafka, embedded) pass one contract suite.

/** One record as it lies in the log. */
export type LogRecord = {
  topic: string;
  partition: number;
  offset: number;
  /** Record timestamp, epoch milliseconds. */
  timestampMs: number;
  key: Uint8Array | null;
  value: Uint8Array | null;
  headers: Record<string, Uint8Array>;
};

/** One record to append. Records with equal keys keep their order; the partition follows from the key unless given. */
export type OutgoingRecord = {
  topic: string;
  key: Uint8Array | string | null;
  value: Uint8Array | null;
  headers?: Record<string, Uint8Array | string>;
  timestampMs?: number;
  partition?: number;
};

/** Appends to the log. `send` resolves when every record is durable; sends never overlap and keep their order. */
export type LogWriter = {
  send(records: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
};

/** A commit: the offset to resume from and a note that comes back with it. */
export type Commit = { offset: number; metadata: string };

/**
 * Consecutive records of one partition. The first batch after an assignment starts exactly at `resumedFrom.offset`, or at
 * the start of the log where nothing was committed (then that start has been committed before the batch is handed over).
 */
export type RecordBatch = {
  topic: string;
  partition: number;
  records: readonly LogRecord[];
  /** Offset after the last record in the log (high watermark). */
  endOffset: number;
  /** Changes with every assignment, seek or failed handler: state built under another epoch must be dropped. */
  epoch: number;
  /** Where this epoch of the partition started, and the note of the commit it started from. */
  resumedFrom: Commit;
  /** True once the partition may belong to somebody else: return without sending or committing. */
  isStale(): boolean;
  /** Tells the group that this member is alive; call it between slices of long work. */
  heartbeat(): Promise<void>;
  /** Commits; does nothing when stale. */
  commit(commit: Commit): Promise<void>;
};

/** Called for one batch at a time per partition. When it throws, the reader resumes from the last commit in a new epoch. */
export type BatchHandler = (batch: RecordBatch) => Promise<void>;

/** What the outside may know of a reader. */
export type ReaderStatus = {
  /** Has the group assigned us (possibly zero) partitions? */
  joined: boolean;
  assigned: readonly { topic: string; partition: number }[];
  rebalances: number;
  /** Times the committed offset was gone from the log and reading went on from its start. */
  resets: number;
  /** Set when the reader has ended by itself; the process should exit. */
  fatal: Error | null;
};

/** Reads topics as a member of a consumer group. */
export type LogReader = {
  run(handler: BatchHandler): Promise<void>;
  status(): ReaderStatus;
  pause(topic: string): void;
  resume(topic: string): void;
  /** Lets the batch in flight finish, leaves the group. */
  stop(): Promise<void>;
};

export type TopicSpec = { name: string; partitions: number; compacted?: boolean };
export type TopicInfo = { name: string; partitions: readonly { partition: number; startOffset: number; endOffset: number }[] };

/** Topics and health. */
export type LogAdmin = {
  /** Creates the topics that are missing; never changes one that exists. */
  ensureTopics(specs: readonly TopicSpec[]): Promise<void>;
  /** Null for a topic that does not exist. */
  describe(topic: string): Promise<TopicInfo | null>;
  committed(groupId: string, topic: string): Promise<{ partition: number; commit: Commit | null }[]>;
  /** Resolves with a one-line description of the server, rejects when it cannot be reached. */
  ping(): Promise<string>;
};

export type ReaderOptions = {
  groupId: string;
  topics: readonly string[];
  /** Where a group without commits starts; default 'earliest'. 'latest' suits readers that keep no state. */
  startFrom?: 'earliest' | 'latest';
  /** Upper bound of records in a batch, default 2,000. */
  maxRecords?: number;
};

/** A way to the log. `close` ends everything that was opened through it. */
export type Transport = {
  kind: 'kafka' | 'embedded';
  reader(options: ReaderOptions): LogReader;
  writer(): LogWriter;
  admin(): LogAdmin;
  close(): Promise<void>;
};
