/** For siblings that stream positions of their own, such as benchmarks. */
export { PositionStream } from './position-stream.ts';
