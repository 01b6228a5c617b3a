/** Written by `node bench/src/retrieval/train.ts`; see there on what data. Order: FEATURE_NAMES, then STEP_FEATURE_NAMES. */
export const WEIGHTS: readonly number[] = [
  1.958, 1.1858, 1.0388, 1.7286, 0.2399, -0.0669, -0.9519, 2.0935, 1.7833, -1.3129, 0.766, 1.0129, 0.6276, 1.4207,
  1.6545, -1.1438, -0.5488, 0.2048, 0.271, 0.6834, 0.4583, 1.9971, 1.6086, -2.1767, 0.3921, -0.9279, 0, 1.1465, -0.4812,
  0.8667, 0.6787, 1.3019, 1.6989,
];
/** From a score to the probability that the passage is needed. */
export const CALIBRATION = { slope: 1.0461, offset: -7.8214 };
