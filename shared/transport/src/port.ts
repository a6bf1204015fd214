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

/**
 * Appends to the log. `send` resolves when every record is durable; sends keep the order of their calls and never overlap.
 * A rejected send may have stored some of its records: whoever sends again must expect duplicates.
 */
export type LogWriter = {
  send(records: readonly OutgoingRecord[]): Promise<void>;
  /** Lets the sends under way finish, for a second; those that cannot are given up: they reject with `closed`. */
  close(): Promise<void>;
};

/** A commit: the offset to resume from and a note that comes back with it. */
export type Commit = { offset: number; metadata: string };

/**
 * Consecutive records of one partition. The first batch after an assignment starts exactly at `resumedFrom.offset`: the last commit, or
 * what `resumeAt` says, or the start of the log where nothing was committed (then that start has been committed before the batch is handed over).
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
  /** Tells the group that this member is alive and lets other work in; call it between slices of long work. */
  heartbeat(): Promise<void>;
  /** Commits; does nothing when stale. Losing the partition on the way is no error: look at `isStale` afterwards. */
  commit(commit: Commit): Promise<void>;
};

/**
 * Called for one batch at a time per partition, for several partitions at once. When it throws, the reader waits a little and
 * resumes from the last commit in a new epoch; it never skips, and ends itself after too many failures without progress.
 */
export type BatchHandler = (batch: RecordBatch) => Promise<void>;

/** A partition of a reader. `endOffset - next` is its lag in records; both are null while not yet known. */
export type AssignedPartition = { topic: string; partition: number; next: number | null; endOffset: number | null };

/** What the outside may know of a reader. */
export type ReaderStatus = {
  /** Has the group assigned us (possibly zero) partitions? */
  joined: boolean;
  assigned: readonly AssignedPartition[];
  /** Assignments after the first. */
  rebalances: number;
  /** Times the committed offset was gone from the log and reading went on from its start. */
  resets: number;
  /** How long records have been waiting in some partition, neither paused nor in a handler, without being handed over. */
  stalledMs: number;
  /** Set when the reader has ended by itself; the process should exit. */
  fatal: Error | null;
};

/** Reads topics as a member of a consumer group. */
export type LogReader = {
  /**
   * Starts reading, once. Resolves when the group has given this reader its partitions (possibly none); reading goes on until
   * `stop` or `status().fatal`. Rejects when a topic does not exist or the log cannot be reached: then it may be run again.
   */
  run(handler: BatchHandler): Promise<void>;
  status(): ReaderStatus;
  /** Hands over no further batch of the topic until `resume`; membership and positions are kept. Also before `run`. */
  pause(topic: string): void;
  resume(topic: string): void;
  /** Lets the batches in flight finish (after 6 s they turn stale), then leaves the group; takes 8 s at most. */
  stop(): Promise<void>;
};

/** `stamped`: the broker gives records its own time (Kafka's LogAppendTime); else they have the time that their producer gave them. */
export type TopicSpec = { name: string; partitions: number; compacted?: boolean; stamped?: boolean };
export type TopicInfo = {
  name: string;
  partitions: readonly { partition: number; startOffset: number; endOffset: number }[];
  /** Are old values kept for every key? Null where we may not ask. */
  compacted: boolean | null;
  /** Has every record the broker's time? Null where we may not ask, or where writers are the log. */
  stamped: boolean | null;
};

/** Topics and health. */
export type LogAdmin = {
  /** Creates the topics that are missing; never changes one that exists. */
  ensureTopics(specs: readonly TopicSpec[]): Promise<void>;
  /** Null for a topic that does not exist. */
  describe(topic: string): Promise<TopicInfo | null>;
  committed(groupId: string, topic: string): Promise<{ partition: number; commit: Commit | null }[]>;
  /**
   * Does anybody read as this group at the moment? One that was killed counts for as long as its session (Kafka) or its lease (embedded,
   * six seconds) goes on; who has left does not.
   */
  hasMembers(groupId: string): Promise<boolean>;
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
  /**
   * For readers that keep their positions themselves: where to go on, asked at the beginning of every epoch; null: as a group without
   * commits. What is committed then only tells the world how far they are.
   */
  resumeAt?: (topic: string, partition: number, log: { startOffset: number; endOffset: number }) => number | null;
  /** Called at every assignment with all partitions held from then on, before any batch of it: what is not among them is lost. */
  onAssigned?: (held: readonly { topic: string; partition: number }[]) => void;
};

/** A way to the log. `close` ends everything that was opened through it. */
export type Transport = {
  kind: 'kafka' | 'embedded';
  reader(options: ReaderOptions): LogReader;
  writer(): LogWriter;
  admin(): LogAdmin;
  close(): Promise<void>;
};
