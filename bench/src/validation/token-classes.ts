/** Which class of attacks a token speaks for. */
import { ATTACK_CLASSES, type AttackClass } from '@vortexflow/validation/internal';
import type { Sample } from './features.ts';

/** Classes of the corpus that flags name otherwise. */
const OTHER_NAMES: Readonly<Record<string, AttackClass>> = { redos: 'flood' };

/** @throws Error for a class that no flag names */
export function attackClassOf(cls: string): AttackClass {
  const found = OTHER_NAMES[cls] ?? ATTACK_CLASSES.find((one) => one === cls);
  if (!found) throw new Error(`no flag names the class ${cls}`);
  return found;
}

/** Texts that are added to each class, so that a small one does not get what is in one text of it. */
const SMOOTHING = 100;

/** The class in which each token is commonest, by its share of the class's texts. */
export function classesOf(samples: readonly Sample[], tokenCount: number): AttackClass[] {
  const attacks = samples.filter(({ of }) => of.isAttack);
  const shares = ATTACK_CLASSES.map((attack) => {
    const own = attacks.filter(({ of }) => attackClassOf(of.cls) === attack);
    const counts = new Float64Array(tokenCount).fill(0.5);
    for (const { windows } of own)
      for (const token of new Set(windows.flatMap(({ tokens }) => [...tokens]))) counts[token]!++;
    return counts.map((count) => count / (own.length + SMOOTHING));
  });
  return Array.from({ length: tokenCount }, (_, token) => {
    const of = shares.map((share) => share[token] as number);
    return ATTACK_CLASSES[of.indexOf(Math.max(...of))] as AttackClass;
  });
}
