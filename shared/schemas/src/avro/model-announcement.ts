// Avro form of `tocsin.models`.
import type { ModelAnnouncement } from '../model-bundle.ts';
import { recordCodec } from './single-object.ts';

const nullableDouble = ['null', 'double'] as const;

/** Codec of model announcements. */
export const modelAnnouncementCodec = recordCodec<ModelAnnouncement, ModelAnnouncement>(
  {
    type: 'record',
    name: 'ModelAnnouncement',
    namespace: 'tocsin',
    fields: [
      { name: 'deviceClass', type: 'string' },
      { name: 'version', type: 'int' },
      { name: 'location', type: 'string' },
      { name: 'checksum', type: 'string' },
      { name: 'specHash', type: 'string' },
      { name: 'createdAtMs', type: 'double' },
      {
        name: 'metrics',
        type: {
          type: 'record',
          name: 'BundleMetrics',
          fields: [
            { name: 'algorithm', type: 'string' },
            { name: 'backend', type: 'string' },
            { name: 'devicesTrained', type: 'int' },
            { name: 'devicesHeldOut', type: 'int' },
            { name: 'windows', type: 'int' },
            {
              name: 'heldOutAuroc',
              type: {
                type: 'record',
                name: 'HeldOutAuroc',
                fields: [
                  { name: 'closedForm', type: 'double' },
                  { name: 'head', type: [...nullableDouble] },
                  { name: 'previous', type: [...nullableDouble] },
                ],
              },
            },
            { name: 'verdict', type: 'string' },
            { name: 'seconds', type: 'double' },
          ],
        },
      },
    ],
  },
  (announcement) => announcement,
  (stored) => ({ ...stored, metrics: { ...stored.metrics, heldOutAuroc: { ...stored.metrics.heldOutAuroc } } }),
);

export const encodeModelAnnouncement = modelAnnouncementCodec.encode;
export const decodeModelAnnouncement = modelAnnouncementCodec.decode;
