/** Written by `node bench/src/retrieval/train.ts`; see there on what data. Order: FEATURE_NAMES, then STEP_FEATURE_NAMES. */
export const WEIGHTS: readonly number[] = [
  1.7794, 1.1192, 1.1599, 1.8212, 0.2825, -0.1128, -0.9084, 2.0916, 1.7605, -1.0754, 0.6775, 0.9967, 0.7159, 1.5765,
  1.9428, -0.8614, -0.5733, 0.3072, 0.2288, 0.6045, 0.3492, 1.9033, 2.2423, -2.6626, 0.4509, -0.8858, 0, 1.042, -0.2448,
  0.9042, 0.796, 1.227,
];
/** From a score to the probability that the passage is needed. */
export const CALIBRATION = { slope: 1.0487, offset: -7.4779 };
