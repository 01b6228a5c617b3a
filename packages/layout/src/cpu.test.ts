import { describeLayoutEngine } from './conformance.ts';
import { createCpuLayout, evaluateRepulsion } from './cpu.ts';

describeLayoutEngine('cpu-ts', createCpuLayout, evaluateRepulsion);
