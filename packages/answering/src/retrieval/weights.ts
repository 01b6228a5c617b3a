/** Written by `node bench/src/retrieval/train.ts`; see there on what data. Order: FEATURE_NAMES, then STEP_FEATURE_NAMES. */
export const WEIGHTS: readonly number[] = [
  1.8634, 1.2843, 0.9873, 1.9048, 0.2652, -0.0486, -1.0936, 2.0348, 1.6865, -1.3067, 0.8764, 0.8829, 1.0501, 1.1131,
  1.8087, -1.0817, -0.8746, 0.1049, 0.4583, 0.5003, 0.4195, 2.1412, 1.6868, -2.1934, 0.3805, -0.7795, -0.0128, 1.0555,
  -0.4502, 0.5605, 0.8045, 1.269, 2.0273, 1.2333, -0.9927,
];
/** From a score to the probability that the passage is needed. */
export const CALIBRATION = { slope: 1.0054, offset: -7.7342 };
