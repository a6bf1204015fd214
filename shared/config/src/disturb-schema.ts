// Records that the simulator breaks on purpose.
import { z } from 'zod';

const disturbanceShare = z.number().min(0).max(0.1).default(0);

export const disturb = z.strictObject({
  late: disturbanceShare.describe('Share of records sent a minute late.'),
  duplicate: disturbanceShare.describe('Share of records sent twice.'),
  outOfOrder: disturbanceShare.describe('Share of records sent after their successor.'),
  notFinite: disturbanceShare.describe('Share of records with a NaN sample.'),
  wrongChannels: disturbanceShare.describe('Share of records with a channel too many.'),
  future: disturbanceShare.describe('Share of records dated a day ahead.'),
  garbage: disturbanceShare.describe('Share of records replaced by random bytes.'),
});
