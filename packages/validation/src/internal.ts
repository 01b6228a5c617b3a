/** For siblings: what the trainer of the content scanner needs. */
export { ATTACK_CLASSES, type AttackClass, type ContentModel, readModel, writeModel } from './content/model.ts';
export { repetitionOf } from './content/repetition.ts';
export { BLOCK, ContentScanner, readingsOf } from './content/scanner.ts';
export { SYMBOLS } from './content/symbols.ts';
