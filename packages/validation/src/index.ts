/** What a request must be before anything acts on it: five tiers. Each throws a {@link RefusalError} and nothing else. */
export type { AttackClass } from './content/model.ts';
export type { ContentFinding, ContentScanner } from './content/scanner.ts';
export { contentScanner } from './content/trained.ts';
export { type JsonLimits, type ScanCost, scanJson } from './json-scan.ts';
export { pointerOf, type Refusal, RefusalError, type RefusalKind, type Thing } from './refusal.ts';
export { bodyCost, type CostFields, questionCost, ResourceBudget, type ResourceLimits } from './resources.ts';
export { checkClaims, type Claim, type StateView } from './semantic.ts';
export { nearest } from './suggest.ts';
export type { TargetRules } from './target.ts';
export { checkTransport, type RequestHead, type TransportLimits } from './transport.ts';
