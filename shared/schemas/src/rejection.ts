// Why a record did not become a reading. A bad record is a value, never an exception.

/** The closed list of reasons; each one is a label of `tocsin_records_rejected_total` and a field of a dead letter. */
export const rejectionReasons = [
  'empty_record',
  'broken_avro',
  'unknown_schema',
  'unknown_class',
  'class_changed',
  'missing_device',
  'invalid_device',
  'empty_frame',
  'long_frame',
  'wrong_channels',
  'wrong_rate',
  'not_finite',
  'invalid_timestamp',
  'future_timestamp',
  'past_timestamp',
  'clock_leap',
  'too_many_devices',
  'other_partition',
  'newer_state',
] as const;

export type RejectionReason = (typeof rejectionReasons)[number];

/** A refused record: `message` names the field, the value, what was expected and what to do. */
export type Rejection = { reason: RejectionReason; message: string };
