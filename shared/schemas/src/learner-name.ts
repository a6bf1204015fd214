// The ways in which a class's initialisation can be learned, by name: what a configuration may ask for and figures refer to.

/**
 * Simplest first. `own`: no prior, a device's own scale alone; `eb`: the closed form; `eb-mw`: with meta-learned weights and
 * shrinkage; `-own-variance`: starting from the devices' own variances; `eb-own`: eb-mw and own scale together; `head-`: a
 * residual head on top.
 */
export const learnerNames = [
  'own',
  'eb',
  'eb-own-variance',
  'eb-mw',
  'eb-mw-own-variance',
  'eb-own',
  'head-prototypes',
  'head-meta-sgd',
  'head-pooled',
  'head-reptile',
  'head-fomaml',
  'head-maml',
] as const;

export type LearnerName = (typeof learnerNames)[number];

/** `auto`: held-out devices of the class choose. */
export type LearnerChoice = 'auto' | LearnerName;
