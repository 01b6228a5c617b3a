/** Written by `node bench/src/retrieval/train.ts`; see there on what data. Order: FEATURE_NAMES, then STEP_FEATURE_NAMES. */
export const WEIGHTS: readonly number[] = [
  1.9716, 1.2053, 1.0385, 1.9613, 0.2891, -0.0494, -0.9705, 2.1193, 1.6495, -1.233, 0.7793, 0.8094, 0.9769, 0.9686,
  1.7645, -0.87, -0.8237, 0.0107, 0.2554, 0.5757, 0.4942, 2.0073, 1.6896, -2.1819, 0.8018, -0.7255, 0, 1.0811, -0.5147,
  0.6066, 0.7292, 1.1861, 2.0276, 1.1609, -0.9521,
];
/** From a score to the probability that the passage is needed. */
export const CALIBRATION = { slope: 1.0212, offset: -8.0192 };
