export { type Clock, type Timer, systemClock, VirtualClock } from './clock.ts';
export { DisposalStack } from './disposal.ts';
export { CodedError, errorFactory, type ErrorDefinition, type ErrorDetails, type RecoveryStrategy } from './errors.ts';
export { type Random, seededRandom } from './random.ts';
