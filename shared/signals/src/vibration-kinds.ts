// What the vibrating kinds of machine sound like before any two of them differ. Levels are in g.

export type VibrationKind = 'pump' | 'fan' | 'motor' | 'gearbox';

/** A tone at `order` times the shaft speed with its amplitude at full load. */
export type Tone = { order: number; amplitude: number };

export type VibrationRecipe = {
  shaftHz: number;
  tones: readonly Tone[];
  /** Standard deviation of the flow or friction noise that excites the resonances, and of the sensor's own white noise. */
  roughness: number;
  sensorNoise: number;
  /** Passing order of vanes, blades or teeth: the rate at which cavitation comes and goes. */
  passingOrder: number;
  /** Impacts per turn of the shaft of a ball bearing damaged at its outer race. */
  outerRaceOrder: number;
};

export const vibrationRecipes: Record<VibrationKind, VibrationRecipe> = {
  pump: {
    shaftHz: 24.7,
    tones: [
      { order: 1, amplitude: 0.12 },
      { order: 2, amplitude: 0.05 },
      { order: 3, amplitude: 0.02 },
      { order: 6, amplitude: 0.15 },
      { order: 12, amplitude: 0.06 },
      { order: 18, amplitude: 0.02 },
    ],
    roughness: 0.05,
    sensorNoise: 0.01,
    passingOrder: 6,
    outerRaceOrder: 3.58,
  },
  fan: {
    shaftHz: 16.2,
    tones: [
      { order: 1, amplitude: 0.2 },
      { order: 2, amplitude: 0.04 },
      { order: 9, amplitude: 0.08 },
      { order: 18, amplitude: 0.02 },
    ],
    roughness: 0.04,
    sensorNoise: 0.01,
    passingOrder: 9,
    outerRaceOrder: 4.1,
  },
  motor: {
    shaftHz: 49.2,
    tones: [
      { order: 1, amplitude: 0.06 },
      { order: 2, amplitude: 0.1 },
      { order: 4, amplitude: 0.03 },
      { order: 28, amplitude: 0.02 },
    ],
    roughness: 0.02,
    sensorNoise: 0.008,
    passingOrder: 28,
    outerRaceOrder: 3.05,
  },
  gearbox: {
    shaftHz: 30,
    tones: [
      { order: 1, amplitude: 0.1 },
      { order: 2, amplitude: 0.05 },
      { order: 22, amplitude: 0.1 },
      { order: 23, amplitude: 0.4 },
      { order: 24, amplitude: 0.1 },
      { order: 46, amplitude: 0.15 },
    ],
    roughness: 0.1,
    sensorNoise: 0.015,
    passingOrder: 23,
    outerRaceOrder: 3.58,
  },
};
